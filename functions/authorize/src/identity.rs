//! From a shown credential to a proved caller.

use domain::caller::Credential;
use domain::directory::Standing;
use domain::ids::{TenantId, UserId};
use domain::{Caller, Clock};
use store::{Store, StoreError};

use crate::credential::Shown;
use crate::jwks::{Jwks, NoKeys};
use crate::token::{self, Claims, Expected, Refusal};

/// Everything that proving an identity needs.
pub(crate) struct Identity {
    pub(crate) store: Store,
    pub(crate) jwks: Jwks,
    pub(crate) expected: Expected,
    pub(crate) clock: Clock,
}

/// Why nobody was let in.
pub(crate) enum Denied {
    /// The credential is not good; the word is for the logs.
    Refused(String),
    /// It could not be found out; nothing may be concluded.
    Unavailable(String),
}

impl From<StoreError> for Denied {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<NoKeys> for Denied {
    fn from(error: NoKeys) -> Self {
        Self::Unavailable(error.to_string())
    }
}

fn refused(reason: &str) -> Denied {
    Denied::Refused(reason.to_owned())
}

/// Whose credential it is, before the directory was asked.
struct Claimed {
    tenant: TenantId,
    user: UserId,
    credential: Credential,
    /// When the token or ticket was made; sessions ended later end it too.
    issued_at: i64,
    expires_at: i64,
}

impl Identity {
    pub(crate) async fn prove(&self, shown: &Shown) -> Result<Caller, Denied> {
        match shown {
            Shown::Token(token) => {
                let claims = self.verify(token.reveal()).await?;
                self.person(Claimed::by(claims)).await
            }
            Shown::Ticket(ticket) => self.ticket(ticket.reveal()).await,
            Shown::ApiKey(key) => self.service(key.reveal()).await,
        }
    }

    async fn verify(&self, token: &str) -> Result<Claims, Denied> {
        let now = self.clock.now();
        let keys = self.jwks.keys().await?;
        let verdict = match token::verify(token, &keys, &self.expected, now) {
            Err(Refusal::UnknownKey) => {
                let keys = self.jwks.keys_again().await?;
                token::verify(token, &keys, &self.expected, now)
            }
            verdict => verdict,
        };
        verdict.map_err(|refusal| refused(&refusal.to_string()))
    }

    /// The directory has the last word: whether the person still takes part,
    /// and with which roles, whatever the token was told when it was made.
    async fn person(&self, claimed: Claimed) -> Result<Caller, Denied> {
        let Claimed {
            tenant,
            user,
            credential,
            issued_at,
            expires_at,
        } = claimed;
        let (person, active) = tokio::try_join!(
            async { self.store.user(&tenant, &user).await.map_err(Denied::from) },
            self.is_active(&tenant),
        )?;
        let person = person.ok_or_else(|| refused("unknown_user"))?;
        if person.status != Standing::Active {
            return Err(refused("suspended_user"));
        }
        if issued_at < person.session_epoch {
            return Err(refused("ended_session"));
        }
        if !active {
            return Err(refused("suspended_tenant"));
        }
        Ok(Caller {
            tenant,
            user,
            roles: person.roles,
            credential,
            expires_at,
        })
    }

    async fn is_active(&self, tenant: &TenantId) -> Result<bool, Denied> {
        let tenant = self.store.tenant(tenant).await?;
        Ok(tenant.is_some_and(|tenant| tenant.status == Standing::Active))
    }

    async fn ticket(&self, ticket: &str) -> Result<Caller, Denied> {
        let ticket = self
            .store
            .redeem_ticket(ticket)
            .await?
            .ok_or_else(|| refused("unknown_ticket"))?;
        if ticket.caller.credential != Credential::Token {
            return self.of_service(ticket.caller).await;
        }
        self.person(Claimed {
            tenant: ticket.caller.tenant,
            user: ticket.caller.user,
            credential: ticket.caller.credential,
            issued_at: ticket.issued_at,
            expires_at: ticket.caller.expires_at,
        })
        .await
    }

    async fn service(&self, key: &str) -> Result<Caller, Denied> {
        let caller = self
            .store
            .api_key_caller(key)
            .await?
            .ok_or_else(|| refused("unknown_key"))?;
        self.of_service(caller).await
    }

    /// Services are no people: their roles come with the key.
    async fn of_service(&self, caller: Caller) -> Result<Caller, Denied> {
        if self.is_active(&caller.tenant).await? {
            Ok(caller)
        } else {
            Err(refused("suspended_tenant"))
        }
    }
}

impl Claimed {
    fn by(claims: Claims) -> Self {
        Self {
            tenant: claims.tenant,
            user: claims.user,
            credential: Credential::Token,
            // A token that does not say when it was made may be any age.
            issued_at: claims.issued_at.unwrap_or(0),
            expires_at: claims.expires_at,
        }
    }
}
