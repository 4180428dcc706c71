//! Cuts a page of an audience into chunk tasks.

use domain::audience::Expression;
use domain::ids::TenantId;
use domain::lane::Lane;
use domain::send::{PlanTotals, Send, chunk_id};
use domain::tasks::{Chunk, EMAIL_CHUNK, Envelope, IN_APP_CHUNK, SMS_CHUNK, Task};
use domain::{Channel, ids::UserId};
use store::resolve::ResolvedPage;

/// The chunk tasks of a page, by channel, and what they add to the totals.
pub(crate) fn chunks(
    tenant: &TenantId,
    send: &Send,
    page: &ResolvedPage,
    totals: &mut PlanTotals,
) -> Vec<Vec<Envelope>> {
    let skipped: Option<&UserId> = send.skip_actor.then_some(&send.actor);
    let people: Vec<String> = page
        .people
        .iter()
        .filter(|person| Some(&person.user) != skipped)
        .map(|person| person.user.to_string())
        .collect();
    let lane = Lane::of(send.priority, totals.people);
    totals.people += people.len() as u64;
    let mut tasks = Vec::new();
    for channel in [Channel::InApp, Channel::Email, Channel::Sms] {
        if !send.uses(channel) {
            continue;
        }
        let mut recipients = people.clone();
        recipients.extend(addresses(send, page, channel));
        let cut: Vec<Envelope> = recipients
            .chunks(size(channel))
            .map(|recipients| {
                let task = task(send, channel, recipients);
                Envelope::new(tenant.clone(), task).in_lane(lane)
            })
            .collect();
        totals.add(channel, cut.len() as u64, recipients.len() as u64);
        tasks.push(cut);
    }
    tasks
}

/// Bare addresses of the page that a channel can reach, as positions, because a
/// queue carries no address.
fn addresses(send: &Send, page: &ResolvedPage, channel: Channel) -> Vec<String> {
    let reaches = |position: &&usize| {
        matches!(
            (send.audience.include.get(**position), channel),
            (Some(Expression::Email(_)), Channel::Email)
                | (Some(Expression::Phone(_)), Channel::Sms)
        )
    };
    page.addresses
        .iter()
        .filter(reaches)
        .map(|position| format!("#{position}"))
        .collect()
}

fn size(channel: Channel) -> usize {
    match channel {
        Channel::InApp | Channel::Live => IN_APP_CHUNK,
        Channel::Email => EMAIL_CHUNK,
        Channel::Sms => SMS_CHUNK,
    }
}

fn task(send: &Send, channel: Channel, recipients: &[String]) -> Task {
    let chunk = Chunk {
        send: send.id.clone(),
        chunk: chunk_id(&send.id, channel, recipients),
        channel,
        recipients: recipients.to_vec(),
    };
    match channel {
        Channel::InApp | Channel::Live => Task::DeliverInApp(chunk),
        Channel::Email => Task::DeliverEmail(chunk),
        Channel::Sms => Task::DeliverSms(chunk),
    }
}
