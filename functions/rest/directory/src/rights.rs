//! Who may read and change what in the directory.

use domain::directory::{Membership, User};
use domain::ids::{GroupId, UserId};
use domain::people::{PRIVILEGED, touches_privilege};
use domain::{Caller, Problem, Timestamp};
use store::Store;

fn refused() -> Problem {
    Problem::forbidden("You may read your own entry only.")
}

/// Staff read everybody; everybody reads themselves; teachers read the members
/// of the groups that they teach.
pub(crate) async fn may_read_user(
    store: &Store,
    caller: &Caller,
    user: &UserId,
) -> Result<(), Problem> {
    if caller.is_staff() || caller.user == *user {
        return Ok(());
    }
    let taught = taught(store, caller).await?;
    let wanted: Vec<(UserId, GroupId)> = taught
        .into_iter()
        .map(|group| (user.clone(), group))
        .collect();
    let shared = store.memberships(&caller.tenant, &wanted).await?;
    let now = store.now();
    if shared.iter().any(|shared| shared.holds(now)) {
        Ok(())
    } else {
        Err(refused())
    }
}

/// Staff read every group's members, teachers those of the groups they teach.
pub(crate) async fn may_read_members(
    store: &Store,
    caller: &Caller,
    group: &GroupId,
) -> Result<(), Problem> {
    if caller.is_staff() {
        return Ok(());
    }
    let mine = match caller.is_teacher() {
        true => {
            store
                .membership(&caller.tenant, &caller.user, group)
                .await?
        }
        false => None,
    };
    if mine.is_some_and(|mine| teaches(&mine, store.now())) {
        Ok(())
    } else {
        Err(Problem::forbidden(
            "Only staff and those who teach this group may do this.",
        ))
    }
}

/// Staff read every group, its members read their own.
pub(crate) async fn may_read_group(
    store: &Store,
    caller: &Caller,
    group: &GroupId,
) -> Result<(), Problem> {
    if caller.is_staff() {
        return Ok(());
    }
    let mine = store
        .membership(&caller.tenant, &caller.user, group)
        .await?;
    if mine.is_some_and(|mine| mine.holds(store.now())) {
        Ok(())
    } else {
        Err(Problem::forbidden(
            "Only staff and members of this group may do this.",
        ))
    }
}

async fn taught(store: &Store, caller: &Caller) -> Result<Vec<GroupId>, Problem> {
    if !caller.is_teacher() {
        return Ok(Vec::new());
    }
    let mine = store.memberships_of(&caller.tenant, &caller.user).await?;
    let now = store.now();
    let taught = mine.into_iter().filter(|mine| teaches(mine, now));
    Ok(taught.map(|mine| mine.group).collect())
}

fn teaches(mine: &Membership, now: Timestamp) -> bool {
    matches!(mine.role.as_str(), "teacher" | "instructor") && mine.holds(now)
}

/// Who may turn one state of a person into another. Suspending or removing
/// somebody takes their roles, so it needs the same right as taking them.
pub(crate) fn may_change(
    caller: &Caller,
    before: Option<&User>,
    after: Option<&User>,
) -> Result<(), Problem> {
    caller.require_staff()?;
    let none = std::collections::BTreeSet::new();
    let roles_before = before.map_or(&none, |user| &user.roles);
    let roles_after = after.map_or(&none, |user| &user.roles);
    let standing = match (before, after) {
        (Some(before), Some(after)) => before.status != after.status,
        _ => false,
    };
    let privileged = roles_before
        .iter()
        .any(|role| PRIVILEGED.contains(&role.as_str()));
    let touches = touches_privilege(roles_before, roles_after) || (standing && privileged);
    if touches && !caller.is_admin() {
        return Err(Problem::forbidden(
            "Only administrators give or take the roles admin and staff.",
        ));
    }
    let loses = after
        .is_none_or(|after| standing || after.roles.iter().all(|role| role.as_str() != "admin"));
    if caller.is_admin() && before.is_some_and(|user| user.id == caller.user) && loses {
        // Somebody must be left who can undo it.
        return Err(Problem::conflict(
            "You cannot take away your own administration; another administrator can.",
        ));
    }
    Ok(())
}
