//! The people and groups of the demonstration, as they stand in its file.

use std::collections::BTreeMap;

use domain::Role;
use domain::approval::ApprovalType;
use domain::ids::{GroupId, TenantId, UserId};
use domain::privacy::{Email, Phone};
use serde::Deserialize;

use super::DemoError;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    pub id: TenantId,
    pub name: String,
    pub locale: String,
    pub time_zone: String,
    pub reply_to: Email,
    #[serde(default)]
    pub address: String,
    #[serde(default)]
    pub academic_year: String,
    /// Countries whose numbers are texted, where the locale does not say it.
    #[serde(default)]
    pub sms_countries: Option<Vec<String>>,
    /// The first one is the administrator that everything starts from.
    pub people: Vec<Person>,
    pub groups: Vec<Group>,
    #[serde(default)]
    pub communities: Vec<Community>,
    #[serde(default)]
    pub conversations: Vec<Conversation>,
    #[serde(default)]
    pub messages: Vec<Mail>,
    #[serde(default)]
    pub approvals: Vec<Request>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub id: UserId,
    pub name: String,
    #[serde(default)]
    pub email: Option<Email>,
    #[serde(default)]
    pub phone: Option<Phone>,
    pub roles: Vec<Role>,
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    #[serde(default)]
    pub guardians: Vec<UserId>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub id: GroupId,
    pub kind: String,
    pub name: String,
    /// People by their role in the group.
    pub members: BTreeMap<Role, Vec<UserId>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Community {
    pub group: GroupId,
    pub name: String,
    pub description: String,
    /// Who opens it.
    pub by: UserId,
    #[serde(default)]
    pub require_post_approval: bool,
    /// Who joins.
    pub members: Vec<UserId>,
    pub posts: Vec<Post>,
}

/// An invitation and, if there are any lines, what came of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conversation {
    /// Who invites.
    pub from: UserId,
    pub to: UserId,
    /// The words of the invitation.
    pub message: String,
    /// Who says what in the room.
    #[serde(default)]
    pub lines: Vec<BTreeMap<UserId, String>>,
}

/// A message to people, or a broadcast to an audience.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub from: UserId,
    #[serde(default)]
    pub to: Vec<UserId>,
    #[serde(default)]
    pub audience: Option<String>,
    pub subject: String,
    pub body: String,
    #[serde(default)]
    pub urgent: bool,
    /// Who answers what, each to the one before.
    #[serde(default)]
    pub replies: Vec<BTreeMap<UserId, String>>,
}

/// A request for approval and, if somebody has decided, what was said.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub by: UserId,
    #[serde(rename = "type")]
    pub kind: ApprovalType,
    #[serde(default)]
    pub title: Option<String>,
    pub reason: String,
    pub details: serde_json::Map<String, serde_json::Value>,
    #[serde(default)]
    pub approved: Option<BTreeMap<UserId, String>>,
    #[serde(default)]
    pub rejected: Option<BTreeMap<UserId, String>>,
}

/// A post, or a reply to one, which has no title.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    pub by: UserId,
    #[serde(default)]
    pub title: String,
    pub body: String,
    #[serde(default)]
    pub pinned: bool,
    #[serde(default)]
    pub likes: Vec<UserId>,
    #[serde(default)]
    pub replies: Vec<Post>,
}

/// Everything in the file.
pub fn organisations() -> Result<Vec<Organisation>, DemoError> {
    serde_yaml_ng::from_str(include_str!("../../demo/tenants.yaml"))
        .map_err(|e| DemoError::Data(e.to_string()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_file_is_consistent() {
        let organisations = organisations().unwrap();
        assert_eq!(organisations.len(), 5);
        for organisation in &organisations {
            let people: BTreeSet<&UserId> = organisation
                .people
                .iter()
                .map(|person| &person.id)
                .collect();
            assert_eq!(people.len(), 12, "{}", organisation.id);
            let admin = &organisation.people[0];
            assert!(
                admin.roles.iter().any(|role| role.as_str() == "admin"),
                "{}",
                organisation.id
            );
            let members = organisation
                .groups
                .iter()
                .flat_map(|group| group.members.values().flatten());
            let guardians = organisation
                .people
                .iter()
                .flat_map(|person| &person.guardians);
            let mut talking: Vec<&UserId> = Vec::new();
            for request in &organisation.approvals {
                let decided = request.approved.iter().chain(&request.rejected);
                talking.extend(decided.flat_map(BTreeMap::keys).chain([&request.by]));
            }
            for community in &organisation.communities {
                let groups = &organisation.groups;
                assert!(groups.iter().any(|group| group.id == community.group));
                talking.extend(community.members.iter().chain([&community.by]));
                let mut posts: Vec<&Post> = community.posts.iter().collect();
                while let Some(post) = posts.pop() {
                    talking.extend(post.likes.iter().chain([&post.by]));
                    posts.extend(&post.replies);
                }
            }
            for named in members.chain(guardians).chain(talking) {
                assert!(people.contains(named), "{} names {named}", organisation.id);
            }
        }
    }
}
