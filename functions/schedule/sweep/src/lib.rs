//! Woken by the schedule, every minute: re-sends what was left in the outbox,
//! starts sends whose time has come, closes sockets that have ended, keeps the
//! final figures of finished sends, seals the audit trail, and finds out how its
//! deployment is. A missed or doubled run changes nothing: every step is
//! conditional on what it finds.

mod duties;
mod reminders;
mod seals;
mod sockets;
mod standing;

use delivery::standing::Providers;
use domain::secrets::Secrets;
use lambda::{Context, Env, EnvError, Error, Function};
use live::Live;
use queue::{Queue, Routes};
use serde_json::{Value, json};
use store::Store;

/// What the sweeper works with.
#[derive(Debug, Clone)]
pub struct Sweeper {
    store: Store,
    queue: Queue,
    live: Live,
    secrets: Secrets,
    /// Are asked how the account stands; nothing is sent from here.
    providers: Providers,
    email_from: Option<String>,
}

pub fn function(env: Env) -> Result<Function, EnvError> {
    let mut settings = env.settings();
    let table = settings.required("TABLE_NAME");
    let endpoint = settings.required("SOCKET_ENDPOINT");
    let secrets = settings.secrets();
    let routes = Routes {
        plan_send: Some(settings.required("QUEUE_PLAN_SEND")),
        deliver_in_app: Some(settings.required("QUEUE_DELIVER_IN_APP")),
        deliver_email: Some(settings.required("QUEUE_DELIVER_EMAIL")),
        deliver_sms: Some(settings.required("QUEUE_DELIVER_SMS")),
        deliver_live: Some(settings.required("QUEUE_DELIVER_LIVE")),
        import_directory: Some(settings.required("QUEUE_IMPORT_DIRECTORY")),
        apply_event: Some(settings.required("QUEUE_APPLY_EVENT")),
        publish_event: Some(settings.required("QUEUE_PUBLISH_EVENT")),
        carry_out_privacy: Some(settings.required("QUEUE_CARRY_OUT_PRIVACY")),
    };
    // Without it the rest is done all the same, and its lack is found.
    let email_from = settings.optional("EMAIL_FROM");
    settings.finish()?;
    let sweeper = Sweeper {
        store: Store::new(env.aws(), table, env.clock()),
        queue: Queue::new(env.aws(), routes),
        live: Live::new(env.aws(), &endpoint),
        secrets,
        providers: Providers::new(env.aws()),
        email_from,
    };
    Ok(Function::new(move |_event: Value, _context: Context| {
        let sweeper = sweeper.clone();
        async move {
            let swept = sweeper.sweep().await?;
            Ok::<_, Error>(json!(swept))
        }
    }))
}
