//! People, groups, memberships and guardianships.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::approval::Approvers;
use crate::caller::Role;
use crate::chat::policy::ChatSettings;
use crate::ids::{GroupId, TenantId, UserId};
use crate::preference::PreferenceRules;
use crate::privacy::{Email, Phone};
use crate::retention::Retention;
use crate::texting::TextRules;
use crate::time::Timestamp;

/// Whether somebody or something may take part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    #[default]
    Active,
    Suspended,
}

/// A person of a tenant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct User {
    pub id: UserId,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// BCP 47, such as `en-GB`.
    pub locale: String,
    /// IANA name, such as `Europe/London`.
    pub time_zone: String,
    pub roles: BTreeSet<Role>,
    /// Whatever else templates may name: roll number, address, subject, …
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    #[serde(default)]
    pub status: Standing,
    /// Guardians of this person.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub guardians: BTreeSet<UserId>,
    /// Persons whose guardian this person is.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub children: BTreeSet<UserId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Grows by one with each change.
    pub version: u64,
    /// Audience shard, the same in every partition that lists this person.
    #[schema(ignore)]
    #[serde(default)]
    pub shard: u32,
    /// Tokens issued before this epoch second are no longer accepted.
    #[schema(ignore)]
    #[serde(default)]
    pub session_epoch: i64,
    /// Since when nothing is left of the person but this entry, which keeps the
    /// id from being given to anybody else. Finders of people do not find it.
    #[schema(ignore)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased_at: Option<Timestamp>,
}

impl User {
    /// What is left of a person at once when they are erased: the id, and what
    /// the rest of the work needs to find its way.
    pub fn erased(&self, pseudonym: String, now: Timestamp) -> Self {
        Self {
            name: pseudonym,
            email: None,
            phone: None,
            roles: BTreeSet::new(),
            attributes: BTreeMap::new(),
            status: Standing::Suspended,
            updated_at: now,
            version: self.version + 1,
            session_epoch: now.as_second(),
            erased_at: Some(now),
            ..self.clone()
        }
    }
}

/// A class, course, webinar, team, …
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Group {
    pub id: GroupId,
    /// `class`, `course`, `webinar`, `team`, …: an open set.
    pub kind: String,
    pub name: String,
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    #[serde(default)]
    pub status: Standing,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: u64,
}

/// One person's place in one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Membership {
    pub group: GroupId,
    pub user: UserId,
    /// The person's role inside this group: a teacher may be a student of a course.
    pub role: Role,
    #[serde(default)]
    pub status: Standing,
    /// From this instant on the membership no longer counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

impl Membership {
    /// Whether the membership counts at `now`.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.status == Standing::Active && self.expires_at.is_none_or(|end| end > now)
    }
}

/// One organisation and how it wants things done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Tenant {
    pub id: TenantId,
    pub name: String,
    /// Name in the From header of e-mails.
    pub sender_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Email>,
    #[serde(default)]
    pub address: String,
    #[serde(default)]
    pub academic_year: String,
    /// Hosts, with what is below them, that templates may link to although they
    /// would be refused otherwise; text messages link to no others.
    #[serde(default)]
    pub link_hosts: Vec<String>,
    pub locale: String,
    pub time_zone: String,
    /// Days for which notifications are kept.
    pub notification_days: u32,
    /// How long everything else is kept.
    #[schema(ignore)]
    #[serde(default)]
    pub retention: Retention,
    #[serde(default)]
    pub texts: TextRules,
    /// Who may invite whom to chat, and how long things take.
    #[serde(default)]
    pub chat: ChatSettings,
    /// What is decided about how people are reached.
    #[serde(default)]
    pub preferences: PreferenceRules,
    /// Who may decide about requests of each type.
    #[serde(default)]
    pub approvers: Approvers,
    #[serde(default)]
    pub status: Standing,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: u64,
}

impl Tenant {
    /// A new tenant that has said no more than this; its administrator changes
    /// the rest.
    pub fn founded(
        id: TenantId,
        name: String,
        locale: String,
        time_zone: String,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            sender_name: name.clone(),
            name,
            reply_to: None,
            address: String::new(),
            academic_year: String::new(),
            link_hosts: Vec::new(),
            locale,
            time_zone,
            notification_days: NOTIFICATION_DAYS,
            texts: TextRules::default(),
            chat: ChatSettings::default(),
            status: Standing::Active,
            created_at: now,
            updated_at: now,
            version: 1,
        }
    }
}

impl User {
    /// Somebody of whom only the name is known yet, with the tenant's locale
    /// and time zone and no role.
    pub fn joining(id: UserId, name: String, tenant: &Tenant, now: Timestamp) -> Self {
        Self {
            id,
            name,
            email: None,
            phone: None,
            locale: tenant.locale.clone(),
            time_zone: tenant.time_zone.clone(),
            roles: BTreeSet::new(),
            attributes: BTreeMap::new(),
            status: Standing::Active,
            guardians: BTreeSet::new(),
            children: BTreeSet::new(),
            created_at: now,
            updated_at: now,
            version: 1,
            shard: 0,
            session_epoch: 0,
        }
    }
}

/// Days for which a tenant keeps notifications unless it says otherwise.
const NOTIFICATION_DAYS: u32 = 30;

/// People in one audience shard: what a 1 MB page of tiny rows holds with room.
pub const PEOPLE_PER_SHARD: u64 = 10_000;

/// The shard of the n-th person of a tenant (counted from 1).
pub fn shard_of(ordinal: u64) -> u32 {
    u32::try_from(ordinal.saturating_sub(1) / PEOPLE_PER_SHARD).unwrap_or(u32::MAX)
}

/// How many shards a tenant has that ever allotted `ordinals` people.
pub fn shards(ordinals: u64) -> u32 {
    shard_of(ordinals) + 1
}
