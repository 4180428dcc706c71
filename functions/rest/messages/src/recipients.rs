//! Whom a message goes to: people of the directory, whom the caller may write
//! to.

use std::collections::HashMap;

use domain::chat::contact::Contact;
use domain::chat::policy::ChatSettings;
use domain::directory::{Standing, User};
use domain::ids::UserId;
use domain::message::{Correspondent, is_above_rules, once};
use domain::privacy::Email;
use domain::{Caller, Code, FieldError, Problem};
use lambda::rest::Answer;

use crate::Messages;

/// Somebody who writes, and by which rules.
pub(crate) struct Writer<'a> {
    pub(crate) caller: &'a Caller,
    /// Services are not people of the directory.
    known: Option<User>,
    /// The tenant's rules, unless the writer is above them.
    rules: Option<ChatSettings>,
}

/// Why somebody cannot be written to.
enum Refusal {
    Wrong(FieldError),
    NotAllowed,
}

impl Writer<'_> {
    /// As they are named in what they write.
    pub(crate) fn name(&self) -> Correspondent {
        match &self.known {
            Some(user) => Correspondent::of(user),
            None => Correspondent {
                id: self.caller.user.clone(),
                name: self.caller.user.to_string(),
            },
        }
    }
}

impl Messages {
    pub(crate) async fn writer<'a>(&self, caller: &'a Caller) -> Answer<Writer<'a>> {
        let tenant = &caller.tenant;
        let rules = if is_above_rules(caller) {
            None
        } else {
            Some(self.store.chat_settings(tenant).await?)
        };
        Ok(Writer {
            caller,
            known: self.store.user(tenant, &caller.user).await?,
            rules,
        })
    }

    /// The people whom a list of ids and addresses names, each once. Everybody
    /// who is not known is complained of by position; then those whom the
    /// tenant's rules keep the writer from.
    pub(crate) async fn addressed(
        &self,
        writer: &Writer<'_>,
        named: &[String],
    ) -> Answer<Vec<User>> {
        let (mut people, mut wrong, mut refused) = (Vec::new(), Vec::new(), false);
        for (position, name) in named.iter().enumerate() {
            let field = format!("to[{position}]");
            match self.person(writer, name.trim(), &field).await? {
                Ok(person) => people.push(person),
                Err(Refusal::Wrong(error)) => wrong.push(error),
                Err(Refusal::NotAllowed) => refused = true,
            }
        }
        if !wrong.is_empty() {
            return Err(Problem::new(Code::Invalid).errors(wrong).into());
        }
        if refused {
            let detail = "The organisation's rules do not let you write to somebody of these.";
            return Err(Problem::new(Code::NotAllowed).detail(detail).into());
        }
        Ok(once(people))
    }

    async fn person(
        &self,
        writer: &Writer<'_>,
        name: &str,
        field: &str,
    ) -> Answer<Result<User, Refusal>> {
        let wrong = |code, message: &str| Refusal::Wrong(FieldError::new(field, code, message));
        let unknown = || {
            wrong(
                "unknown_recipient",
                "There is nobody of this id or address.",
            )
        };
        let by_address = name.contains('@');
        let found = self.found(writer.caller, name).await?;
        let mut allowed = Vec::new();
        for person in &found {
            if person.id != writer.caller.user && self.may_write(writer, person).await? {
                allowed.push(person.clone());
            }
        }
        let only_self = !found.is_empty() && found.iter().all(|one| one.id == writer.caller.user);
        Ok(match (allowed.as_slice(), by_address) {
            ([person], _) => Ok(person.clone()),
            ([_, ..], _) => Err(wrong(
                "ambiguous_recipient",
                "Several people have this address; name one by id.",
            )),
            ([], _) if only_self => Err(wrong("yourself", "Write to somebody else.")),
            // Whom one may not write to is not looked up by address either.
            ([], false) if !found.is_empty() => Err(Refusal::NotAllowed),
            ([], _) => Err(unknown()),
        })
    }

    /// People who take part, of an id or an address.
    async fn found(&self, caller: &Caller, name: &str) -> Answer<Vec<User>> {
        let tenant = &caller.tenant;
        let mut found = if name.contains('@') {
            match Email::parse(name) {
                Ok(email) => self.store.users_by_email(tenant, &email).await?,
                Err(_) => Vec::new(),
            }
        } else {
            match name.parse::<UserId>() {
                Ok(id) => self.store.user(tenant, &id).await?.into_iter().collect(),
                Err(_) => Vec::new(),
            }
        };
        found.retain(|person| person.status == Standing::Active);
        Ok(found)
    }

    async fn may_write(&self, writer: &Writer<'_>, to: &User) -> Answer<bool> {
        let (Some(rules), Some(from)) = (&writer.rules, &writer.known) else {
            return Ok(writer.rules.is_none());
        };
        let tenant = &writer.caller.tenant;
        Ok(self.store.may_invite(tenant, rules, from, to).await?)
    }

    /// Those among people whose inbox a message of the caller reaches. Whoever
    /// has blocked the caller is not, and the caller is not told; whom the
    /// caller has blocked is refused.
    pub(crate) async fn reached(&self, caller: &Caller, people: &[User]) -> Answer<Vec<UserId>> {
        let ids: Vec<UserId> = people.iter().map(|person| person.id.clone()).collect();
        let contacts: HashMap<UserId, Contact> = self
            .store
            .contacts_of(&caller.tenant, &caller.user, &ids)
            .await?;
        for contact in contacts.values() {
            contact.require_unblocked(&caller.user)?;
        }
        let shut = |id: &UserId| {
            let contact = contacts.get(id);
            contact.is_some_and(|contact| contact.blocked(&caller.user).is_some())
        };
        Ok(ids.into_iter().filter(|id| !shut(id)).collect())
    }
}
