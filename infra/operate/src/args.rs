//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use domain::Role;
use domain::audit::Head;
use domain::ids::{SendId, TenantId, UserId};
use domain::privacy::Email;

/// Looks after a deployment of Campanile.
///
/// What changes something only tells what it would do, unless `--apply` is
/// given. Exit codes: 0 all is well or was done, 1 something is not well, 2 the
/// command could not be carried out.
#[derive(Debug, Parser)]
#[command(name = "operate", version)]
pub struct Args {
    /// The CloudFormation stack, found with the AWS command line.
    #[arg(long, global = true, value_name = "NAME", group = "where")]
    pub stack: Option<String>,
    /// A file with what `aws cloudformation list-stack-resources` prints.
    #[arg(long, global = true, value_name = "FILE", group = "where")]
    pub resources: Option<PathBuf>,
    /// A local stack, by the address of its AWS endpoint.
    #[arg(long, global = true, value_name = "URL", group = "where",
          num_args = 0..=1, default_missing_value = "http://localhost:4701")]
    pub local: Option<String>,
    /// The address of the API, if it is not the stack's own.
    #[arg(long, global = true, value_name = "URL")]
    pub api: Option<String>,
    /// What the deployment signs with, the newest first, with commas between them.
    /// Without it the stack is asked.
    #[arg(
        long,
        global = true,
        value_name = "SECRETS",
        env = "CAMPANILE_SECRETS",
        hide_env_values = true
    )]
    pub secrets: Option<String>,
    /// One JSON document instead of text.
    #[arg(long, global = true)]
    pub json: bool,
    /// Really changes what is to be changed.
    #[arg(long, global = true)]
    pub apply: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Whether API, table, queues and providers can work, and what is missing.
    Health {
        /// The sender of e-mails, to be told whether SES knows it as verified.
        #[arg(long, value_name = "ADDRESS", value_parser = Email::parse)]
        email_from: Option<Email>,
    },
    /// What was given up, why, and the way back.
    #[command(subcommand)]
    DeadLetters(DeadLetters),
    /// Tasks that were promised and have not reached their queue.
    #[command(subcommand)]
    Outbox(Outbox),
    /// One send.
    #[command(subcommand)]
    Send(Send),
    /// Organisations.
    #[command(subcommand)]
    Tenant(Tenant),
    /// Keys of services.
    #[command(subcommand)]
    ApiKey(ApiKey),
    /// The trail of privileged acts.
    #[command(subcommand)]
    Audit(Audit),
    /// What the deployment signs with.
    #[command(subcommand)]
    Secret(Secret),
}

#[derive(Debug, Subcommand)]
pub enum DeadLetters {
    /// How many messages each function has given up, and why.
    List {
        /// Only those of this function, such as `deliver-email`.
        function: Option<String>,
    },
    /// One message, by its id.
    Show { function: String, id: String },
    /// Puts messages back on their queue.
    Redrive {
        function: String,
        /// All that wait now.
        #[arg(long, conflicts_with = "ids", required_unless_present = "ids")]
        all: bool,
        /// This one; may be given several times.
        #[arg(long = "id", value_name = "ID")]
        ids: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub enum Outbox {
    /// Puts tasks on their queues that have waited for longer than this.
    Replay {
        #[arg(long, value_name = "SECONDS", default_value_t = 60)]
        older_than: u32,
    },
}

#[derive(Debug, Subcommand)]
pub enum Send {
    /// Compares a send with the ledger of its chunks, and mends what can be.
    Reconcile { tenant: TenantId, id: SendId },
}

#[derive(Debug, Subcommand)]
pub enum Tenant {
    /// Every tenant.
    List,
    /// A new tenant with its first administrator.
    Create {
        id: TenantId,
        #[arg(long)]
        name: String,
        /// The `sub` of the administrator's tokens.
        #[arg(long, value_name = "ID")]
        admin: UserId,
        #[arg(long, value_name = "NAME")]
        admin_name: String,
        #[arg(long, value_name = "ADDRESS", value_parser = Email::parse)]
        admin_email: Option<Email>,
        /// BCP 47; its country is the one whose numbers are texted.
        #[arg(long, default_value = "en-GB")]
        locale: String,
        /// IANA name.
        #[arg(long, default_value = "Europe/London")]
        time_zone: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum ApiKey {
    /// The keys of a tenant, without their secrets.
    List { tenant: TenantId },
    /// A new key. Its secret is shown once.
    Create {
        tenant: TenantId,
        /// What the key speaks as in logs and audit, such as `svc_erp`.
        service: UserId,
        /// May be given several times.
        #[arg(long = "role", value_name = "ROLE", default_value = "staff", value_parser = Role::parse)]
        roles: Vec<Role>,
        /// The same answers, and nothing leaves.
        #[arg(long)]
        test: bool,
        /// Days for which it is good; without them until it is revoked.
        #[arg(long, value_name = "DAYS")]
        days: Option<u32>,
    },
    /// A new key that speaks as an old one, by the hash of that, which then ends.
    Rotate {
        tenant: TenantId,
        hash: String,
        /// Hours for which the old key is still good.
        #[arg(long, value_name = "HOURS", default_value_t = 24)]
        overlap: u32,
    },
    /// Ends a key at once, by its hash.
    Revoke { tenant: TenantId, hash: String },
}

#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Whether the trail is as it was sealed; tells the first entry that is not.
    Verify {
        /// One tenant; every tenant without it.
        tenant: Option<TenantId>,
        /// The head that an earlier run told, or that stands in the sweeper's log.
        #[arg(long, value_name = "NUMBER:HASH", requires = "tenant")]
        head: Option<Head>,
    },
}

#[derive(Debug, Subcommand)]
pub enum Secret {
    /// Signs with a new secret from now on; what the old ones signed stays good.
    Rotate {
        /// How many of the old ones are kept.
        #[arg(long, value_name = "COUNT", default_value_t = 10)]
        keep: usize,
    },
}
