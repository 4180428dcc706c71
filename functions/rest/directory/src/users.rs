//! Finding people.

use axum::Json;
use axum::extract::State;
use domain::cursor::CursorKey;
use domain::directory::{Standing, User};
use domain::ids::{GroupId, UserId};
use domain::page::page_size;
use domain::people::MAX_NAME;
use domain::problem::ProblemBody;
use domain::{Caller, Code, Page, Problem, Role};
use lambda::rest::{Answer, Authenticated, Path, Query};
use serde::Deserialize;
use store::memberships::{Place, Roll};
use utoipa::IntoParams;

use crate::Directory;
use crate::rights::{may_read_members, may_read_user};
use crate::user_input::UserBody;

/// People that one step of a filtered search looks at.
const STEP: u32 = 200;
/// Steps in one request: a search for somebody rare answers a short page, from
/// which it goes on.
const STEPS: usize = 15;

#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Only people with this role.
    role: Option<String>,
    /// Only members of this group.
    group: Option<String>,
    /// Only people whose name contains this, or whose id it is.
    q: Option<String>,
    /// Only people of this standing.
    status: Option<Standing>,
    /// 20 unless told, at most 100.
    page_size: Option<u32>,
    /// The `after` of the page before.
    after: Option<String>,
}

/// What a listing looks for.
struct Search {
    role: Option<Role>,
    group: Option<GroupId>,
    q: Option<String>,
    status: Option<Standing>,
}

impl ListQuery {
    fn search(&self) -> Result<Search, Problem> {
        let bad = |field: &str, message: String| {
            Problem::new(Code::BadQuery).field(field, "invalid", message)
        };
        let role = self.role.as_deref().map(Role::parse).transpose();
        let group = self.group.as_deref().map(str::parse).transpose();
        let q = self.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
        if q.is_some_and(|q| q.chars().count() > MAX_NAME) {
            return Err(bad("q", format!("At most {MAX_NAME} characters.")));
        }
        Ok(Search {
            role: role.map_err(|message| bad("role", message))?,
            group: group.map_err(|_| bad("group", "This is not an id.".to_owned()))?,
            q: q.map(str::to_lowercase),
            status: self.status,
        })
    }

    /// Names the list and all of its filters, for the cursor.
    fn name(&self) -> String {
        format!(
            "users?role={:?}&group={:?}&q={:?}&status={:?}",
            self.role, self.group, self.q, self.status
        )
    }
}

impl Search {
    fn takes(&self, user: &User) -> bool {
        self.role
            .as_ref()
            .is_none_or(|role| user.roles.contains(role))
            && self.status.is_none_or(|status| user.status == status)
            && self.q.as_ref().is_none_or(|q| {
                user.name.to_lowercase().contains(q) || user.id.as_str().to_lowercase() == *q
            })
    }

    /// The roll that lists everybody who can be meant. Suspended people stand
    /// on none.
    fn roll(&self) -> Option<Roll<'_>> {
        if self.status == Some(Standing::Suspended) {
            return None;
        }
        let role = || self.role.as_ref().map(|role| Roll::Role(role.as_str()));
        self.group.as_ref().map(Roll::Group).or_else(role)
    }
}

/// List people in the order of their ids
#[utoipa::path(
    get,
    path = "/v1/users",
    operation_id = "listUsers",
    tag = "directory",
    params(ListQuery),
    responses(
        (status = 200, description = "A page of people", body = Page<UserBody>),
        (status = 400, description = "A parameter is not valid", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not allowed", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_users(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
    Query(query): Query<ListQuery>,
) -> Answer<Json<Page<UserBody>>> {
    let search = query.search()?;
    match &search.group {
        Some(group) => may_read_members(&directory.store, &caller, group).await?,
        None => caller.require_staff()?,
    }
    let size = page_size(query.page_size)?;
    let list = query.name();
    let after = opened(&directory.cursors, &caller, &list, query.after.as_deref())?;
    let (people, more) = find(&directory, &caller, &search, after, size).await?;
    let more = more.map(|more| directory.cursors.seal(&caller, &list, &more));
    let people = people.into_iter().map(UserBody::from).collect();
    Ok(Json(Page::new(people, more, size)))
}

/// The position inside a cursor.
pub(crate) fn opened(
    cursors: &CursorKey,
    caller: &Caller,
    list: &str,
    after: Option<&str>,
) -> Result<Option<String>, Problem> {
    after
        .map(|after| cursors.open(caller, list, after))
        .transpose()
}

async fn find(
    directory: &Directory,
    caller: &Caller,
    search: &Search,
    mut after: Option<String>,
    size: u32,
) -> Result<(Vec<User>, Option<String>), Problem> {
    let mut found: Vec<User> = Vec::new();
    let plain = search.q.is_none() && search.status.is_none() && search.group.is_none();
    for _ in 0..STEPS {
        let left = size - u32::try_from(found.len()).unwrap_or(size);
        // Without a filter that drops people, no more are read than are shown.
        let step = if plain { left } else { STEP };
        let (people, more) = step_on(directory, caller, search, after, step).await?;
        for (user, position) in people {
            if search.takes(&user) {
                found.push(user);
            }
            if found.len() == size as usize {
                return Ok((found, Some(position)));
            }
        }
        after = more;
        if after.is_none() {
            break;
        }
    }
    Ok((found, after))
}

/// Some people, each with the position right behind them.
async fn step_on(
    directory: &Directory,
    caller: &Caller,
    search: &Search,
    after: Option<String>,
    step: u32,
) -> Result<(Vec<(User, String)>, Option<String>), Problem> {
    let (store, tenant) = (&directory.store, &caller.tenant);
    let Some(roll) = search.roll() else {
        let after: Option<UserId> = after.map(|after| after.parse()).transpose()?;
        let rows = store.list_users(tenant, after.as_ref(), step).await?;
        let mut people = rows.items;
        if let Some(group) = &search.group {
            let wanted: Vec<_> = people
                .iter()
                .map(|user| (user.id.clone(), group.clone()))
                .collect();
            let members = store.memberships(tenant, &wanted).await?;
            people.retain(|user| members.iter().any(|member| member.user == user.id));
        }
        let people = people.into_iter().map(|user| {
            let position = user.id.to_string();
            (user, position)
        });
        return Ok((people.collect(), rows.more));
    };
    let place = after.map_or(Some(Place::START), |after| Place::parse(&after));
    let place = place.ok_or_else(|| Problem::new(Code::BadCursor))?;
    let walked = store.walk(tenant, roll, place, step).await?;
    let ids: Vec<UserId> = walked.members.iter().map(|m| m.user.clone()).collect();
    let mut people = store.users(tenant, &ids).await?;
    // As the walk goes: by shard, then by id.
    people.sort_by(|a, b| (a.shard, &a.id).cmp(&(b.shard, &b.id)));
    let people = people.into_iter().map(|user| {
        let position = Place {
            shard: user.shard,
            after: Some(user.id.clone()),
        };
        (user, position.to_string())
    });
    Ok((people.collect(), walked.more.map(|more| more.to_string())))
}

/// Get a person
#[utoipa::path(
    get,
    path = "/v1/users/{id}",
    operation_id = "getUser",
    tag = "directory",
    params(("id" = UserId, Path, description = "The person")),
    responses(
        (status = 200, description = "The person", body = UserBody),
        (status = 403, description = "Somebody else's entry", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such person", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_user(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
    Path(id): Path<UserId>,
) -> Answer<Json<UserBody>> {
    may_read_user(&directory.store, &caller, &id).await?;
    let found = directory.store.user(&caller.tenant, &id).await?;
    let user = found.ok_or_else(Problem::not_found)?;
    Ok(Json(user.into()))
}
