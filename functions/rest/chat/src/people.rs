//! Whom one may invite, and what people are called.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use domain::directory::User;
use domain::ids::UserId;
use domain::page::page_size;
use domain::problem::ProblemBody;
use domain::{Caller, Page, Problem};
use lambda::rest::{Answer, Authenticated, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Chat;

/// People read at once, and how often for one page.
const LOOK: u32 = 100;
const ROUNDS: u32 = 10;

/// A person by id and name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Somebody {
    pub(crate) id: UserId,
    /// Absent when they have left the directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
}

/// What some people are called.
#[derive(Debug, Default)]
pub(crate) struct Names(HashMap<UserId, String>);

impl Names {
    pub(crate) fn of(&self, user: &UserId) -> Somebody {
        Somebody {
            id: user.clone(),
            name: self.0.get(user).cloned(),
        }
    }
}

impl Chat {
    pub(crate) async fn names(
        &self,
        caller: &Caller,
        people: impl IntoIterator<Item = UserId>,
    ) -> Answer<Names> {
        let people: Vec<UserId> = people.into_iter().collect();
        Ok(Names(self.store.names(&caller.tenant, &people).await?))
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PeopleQuery {
    /// How a word of the name, or the id, begins.
    #[serde(default)]
    q: String,
    /// 20 unless told, at most 100.
    page_size: Option<u32>,
    /// The `after` of the page before.
    after: Option<String>,
}

/// List whom one may invite
///
/// In the order of their ids. A page may be short, or empty, and still have a
/// next one.
#[utoipa::path(
    get,
    path = "/v1/chat/people",
    operation_id = "listPeopleToInvite",
    tag = "chat",
    params(PeopleQuery),
    responses(
        (status = 200, description = "A page of people", body = Page<Somebody>),
        (status = 403, description = "Not somebody of the directory", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_people(
    State(app): State<Chat>,
    Authenticated(caller): Authenticated,
    Query(query): Query<PeopleQuery>,
) -> Answer<Json<Page<Somebody>>> {
    let size = page_size(query.page_size)?;
    let words = query.q.trim().to_lowercase();
    let list = format!("chat/people?{words:?}");
    let after = app.opened(&caller, &list, query.after.as_deref())?;
    let after = after.map(|after| after.parse()).transpose()?;
    let (people, more) = app.people(&caller, &words, after, size).await?;
    let more = more.map(|more| app.cursors.seal(&caller, &list, more.as_str()));
    Ok(Json(Page::new(people, more, size)))
}

fn is_called(user: &User, words: &str) -> bool {
    let name = user.name.to_lowercase();
    let starts = |text: &str| text.starts_with(words);
    starts(&name) || starts(&user.id.as_str().to_lowercase()) || name.split(' ').any(starts)
}

impl Chat {
    async fn people(
        &self,
        caller: &Caller,
        words: &str,
        mut after: Option<UserId>,
        size: u32,
    ) -> Answer<(Vec<Somebody>, Option<UserId>)> {
        let (store, tenant) = (&self.store, &caller.tenant);
        let me = store.user(tenant, &caller.user).await?;
        let me = me.ok_or_else(|| Problem::forbidden("Only people of the directory chat."))?;
        let settings = store.chat_settings(tenant).await?;
        let mut found = Vec::new();
        for _ in 0..ROUNDS {
            let rows = store.list_users(tenant, after.as_ref(), LOOK).await?;
            let last = rows.items.last().map(|user| user.id.clone());
            for user in rows.items {
                // Groups are read only for those who are called so.
                let wanted = is_called(&user, words)
                    && store.may_invite(tenant, &settings, &me, &user).await?;
                if !wanted {
                    continue;
                }
                let more = (rows.more.is_some() || last.as_ref() != Some(&user.id))
                    .then(|| user.id.clone());
                found.push(Somebody {
                    id: user.id,
                    name: Some(user.name),
                });
                if found.len() >= size as usize {
                    return Ok((found, more));
                }
            }
            after = rows.more.map(|more| more.parse()).transpose()?;
            if after.is_none() {
                break;
            }
        }
        Ok((found, after))
    }
}
