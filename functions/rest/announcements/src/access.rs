//! Who may do what with which announcement.

use domain::announcement::Announcement;
use domain::announcement_input::AnnouncementInput;
use domain::ids::AnnouncementId;
use domain::send::TemplateVersion;
use domain::visibility::{PersonFacts, may_publish, visible};
use domain::{Caller, Channel, Code, Problem};
use store::Store;

/// Whether the caller runs this announcement: staff run all, teachers theirs.
pub(crate) fn runs(caller: &Caller, announcement: &Announcement) -> bool {
    caller.is_staff() || (caller.is_teacher() && announcement.created_by == caller.user)
}

/// An announcement to be changed or looked into. Who may see but not change it
/// is told so; for everybody else it does not exist.
pub(crate) async fn managed(
    store: &Store,
    caller: &Caller,
    id: &AnnouncementId,
) -> Result<Announcement, Problem> {
    caller.require_author()?;
    let found = found(store, caller, id).await?;
    if runs(caller, &found) {
        return Ok(found);
    }
    if is_reader(store, caller, &found).await?.is_some() {
        return Err(Problem::forbidden("Only its author and staff may do this."));
    }
    Err(Problem::not_found())
}

pub(crate) async fn found(
    store: &Store,
    caller: &Caller,
    id: &AnnouncementId,
) -> Result<Announcement, Problem> {
    let found = store.announcement(&caller.tenant, id).await?;
    found.ok_or_else(Problem::not_found)
}

/// What is known of the caller, if the announcement is out and they are in its
/// audience.
pub(crate) async fn is_reader(
    store: &Store,
    caller: &Caller,
    announcement: &Announcement,
) -> Result<Option<PersonFacts>, Problem> {
    let now = store.now();
    if !announcement.is_out(now) {
        return Ok(None);
    }
    let facts = store.person_facts(caller, now).await?;
    Ok(visible(&announcement.reaches, &facts).then_some(facts))
}

/// 403 unless the caller may publish to the announcement's audience.
pub(crate) async fn require_audience(
    store: &Store,
    caller: &Caller,
    announcement: &Announcement,
) -> Result<(), Problem> {
    let teaches = if caller.is_staff() {
        Default::default()
    } else {
        store.person_facts(caller, store.now()).await?.teaches()
    };
    may_publish(caller, &teaches, &announcement.reaches)
}

/// What an author wrote, as an announcement that could be published.
pub(crate) async fn checked(
    store: &Store,
    caller: &Caller,
    input: AnnouncementInput,
) -> Result<Announcement, Problem> {
    let field = input.audience_field();
    let mut draft = input.draft(caller, store.now())?;
    require_audience(store, caller, &draft).await?;
    let known = store
        .known_audience(&caller.tenant, field, draft.reaches)
        .await?;
    draft.reaches = known.map_err(|wrong| Problem::new(Code::Invalid).errors(wrong))?;
    templates(store, caller, &draft).await?;
    Ok(draft)
}

/// The present versions of the templates that an announcement names.
pub(crate) async fn templates(
    store: &Store,
    caller: &Caller,
    announcement: &Announcement,
) -> Result<Vec<(Channel, TemplateVersion)>, Problem> {
    let named = [
        (
            Channel::Email,
            "email_template",
            &announcement.email_template,
        ),
        (Channel::Sms, "sms_template", &announcement.sms_template),
    ];
    let mut versions = Vec::new();
    for (channel, field, id) in named {
        let Some(id) = id else { continue };
        let template = store.template(&caller.tenant, id).await?;
        let Some(template) = template.filter(|template| template.channel == channel) else {
            let message = format!("There is no {channel} template with this id.");
            return Err(Problem::invalid(field, "unknown_template", message));
        };
        let version = TemplateVersion {
            id: template.id,
            version: template.version,
        };
        versions.push((channel, version));
    }
    Ok(versions)
}
