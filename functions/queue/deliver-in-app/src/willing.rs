//! Who of a chunk finds the send in the feed.

use std::collections::{BTreeSet, HashMap};

use domain::Channel;
use domain::caller::Role;
use domain::ids::UserId;
use domain::preference::Decision;

use crate::facts::Facts;
use crate::{Trouble, Worker};

impl Worker {
    /// Parts people by what they and their organisation have decided: those who
    /// find the send in the feed, and those who do not, each with the decision.
    pub(crate) async fn willing(
        &self,
        facts: &Facts,
        users: Vec<UserId>,
    ) -> Result<(Vec<UserId>, Vec<(UserId, Decision)>), Trouble> {
        let rules = &facts.tenant.preferences;
        let matter = facts.send.matter(Channel::InApp);
        let mut roles: HashMap<UserId, BTreeSet<Role>> = HashMap::new();
        if rules.asks_roles(matter.category, Channel::InApp) {
            let found = self.store.users(&facts.tenant.id, &users).await?;
            roles.extend(found.into_iter().map(|user| (user.id, user.roles)));
        }
        let none = BTreeSet::new();
        let mut willing = Vec::with_capacity(users.len());
        let mut others = Vec::new();
        for user in users {
            let held = roles.get(&user).unwrap_or(&none);
            let decision = facts.choices.decide(rules, &user, held, matter);
            if decision.allowed {
                willing.push(user);
            } else {
                others.push((user, decision));
            }
        }
        Ok((willing, others))
    }
}
