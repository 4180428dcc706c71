//! Who is calling, as the authorizer established it, and what roles may do.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::{TenantId, UserId, is_slug};
use crate::problem::{Code, Problem};

/// A role in a tenant. The set is open; what a role may do is policy.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = String)]
pub struct Role(String);

impl Role {
    pub fn parse(text: &str) -> Result<Self, String> {
        if is_slug(text) && text == text.to_lowercase() {
            Ok(Self(text.to_owned()))
        } else {
            Err("A role is a lower-case word such as `teacher`.".to_owned())
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Role {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(input)?).map_err(serde::de::Error::custom)
    }
}

impl fmt::Debug for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What kind of credential was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Credential {
    /// A person's access token.
    Token,
    /// A service's key, `ck_live_…`.
    LiveKey,
    /// A service's key, `ck_test_…`: the same answers, nothing leaves.
    TestKey,
}

/// The proved identity behind a request or a frame. Its fields come from the
/// authorizer and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    pub tenant: TenantId,
    pub user: UserId,
    pub roles: BTreeSet<Role>,
    pub credential: Credential,
    /// Epoch second at which the credential ends.
    pub expires_at: i64,
}

impl Caller {
    pub fn has(&self, role: &str) -> bool {
        self.roles.iter().any(|held| held.as_str() == role)
    }

    /// Whether a test key was shown.
    pub fn is_test(&self) -> bool {
        self.credential == Credential::TestKey
    }

    pub fn is_admin(&self) -> bool {
        self.has("admin")
    }

    /// Staff and administrators: the people who run communications.
    pub fn is_staff(&self) -> bool {
        self.has("staff") || self.is_admin()
    }

    pub fn is_teacher(&self) -> bool {
        self.has("teacher") || self.has("instructor")
    }

    /// 403 unless the caller is staff or an administrator.
    pub fn require_staff(&self) -> Result<(), Problem> {
        self.require(
            self.is_staff(),
            "Only staff and administrators may do this.",
        )
    }

    /// 403 unless the caller is an administrator.
    pub fn require_admin(&self) -> Result<(), Problem> {
        self.require(self.is_admin(), "Only administrators may do this.")
    }

    /// 403 unless the caller is staff, an administrator or teaches.
    pub fn require_author(&self) -> Result<(), Problem> {
        let may = self.is_staff() || self.is_teacher();
        self.require(may, "Only staff, administrators and teachers may do this.")
    }

    fn require(&self, allowed: bool, detail: &str) -> Result<(), Problem> {
        if allowed {
            Ok(())
        } else {
            Err(Problem::new(Code::Forbidden).detail(detail))
        }
    }
}
