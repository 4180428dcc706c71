//! Looks after a deployment: in AWS, on an emulator, or the local stack.
//!
//! The tool reaches the table and the queues by the same crates as the
//! functions, and what it puts on a queue is what the functions would.

mod api_keys;
mod args;
mod audit;
mod aws;
mod dead_letters;
mod health;
mod outbox;
mod place;
mod report;
mod secrets;
mod sends;
mod tenants;
mod trouble;

use domain::Clock;

pub use args::{ApiKey, Args, Audit, Command, DeadLetters, Outbox, Secret, Send, Tenant};
pub use report::Reporter;
pub use trouble::Trouble;

/// Carries a command out. The answer is whether everything is well.
pub async fn run(args: &Args, clock: Clock, out: &mut Reporter<'_>) -> Result<bool, Trouble> {
    let place = place::find(args, clock).await?;
    let apply = args.apply;
    match &args.command {
        Command::Health { email_from } => health::tell(&place, email_from.as_ref(), out).await,
        Command::DeadLetters(command) => match command {
            DeadLetters::List { function } => {
                dead_letters::list(&place, function.as_deref(), out).await
            }
            DeadLetters::Show { function, id } => {
                dead_letters::show(&place, function, id, out).await
            }
            DeadLetters::Redrive { function, ids, .. } => {
                dead_letters::redrive(&place, function, ids, apply, out).await
            }
        },
        Command::Outbox(Outbox::Replay { older_than }) => {
            outbox::replay(&place, *older_than, apply, out).await
        }
        Command::Send(Send::Reconcile { tenant, id }) => {
            sends::reconcile(&place, tenant, id, apply, out).await
        }
        Command::Tenant(Tenant::List) => tenants::list(&place, out).await,
        Command::Tenant(create @ Tenant::Create { .. }) => {
            tenants::create(&place, create, apply, out).await
        }
        Command::ApiKey(ApiKey::List { tenant }) => api_keys::list(&place, tenant, out).await,
        Command::ApiKey(create @ ApiKey::Create { .. }) => {
            api_keys::create(&place, create, apply, out).await
        }
        Command::ApiKey(ApiKey::Revoke { tenant, hash }) => {
            api_keys::revoke(&place, tenant, hash, apply, out).await
        }
        Command::ApiKey(ApiKey::Rotate {
            tenant,
            hash,
            overlap,
        }) => api_keys::rotate(&place, (tenant, hash), *overlap, apply, out).await,
        Command::Audit(Audit::Verify { tenant, head }) => {
            audit::verify(&place, tenant.as_ref(), head.as_ref(), out).await
        }
        Command::Secret(Secret::Rotate { keep }) => {
            secrets::rotate(&place, *keep, apply, out).await
        }
    }
}
