//! One's rooms: who is in them, what was said last, what is unread.

use axum::Json;
use axum::extract::State;
use domain::chat::contact::{Bond, Contact};
use domain::chat::{Preview, ReadMark, Room, RoomKind, RoomMember};
use domain::ids::{CommunityId, RoomId, UserId};
use domain::page::page_size;
use domain::problem::ProblemBody;
use domain::{Caller, Page, Timestamp};
use lambda::rest::{Answer, Authenticated, Path, Query};
use serde::{Deserialize, Serialize};
use store::rooms::Side;
use utoipa::{IntoParams, ToSchema};

use crate::Chat;
use crate::people::Names;

/// What may happen in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RoomState {
    Open,
    /// The caller has blocked the other.
    Blocked,
    /// The two are no longer in contact; what was said stays.
    Ended,
}

impl RoomState {
    fn of(contact: Option<&Contact>, user: &UserId) -> Self {
        match contact {
            Some(contact) if contact.blocks(user) => Self::Blocked,
            Some(contact) if matches!(contact.bond, Bond::Accepted { .. }) => Self::Open,
            _ => Self::Ended,
        }
    }
}

/// Somebody in a room.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ParticipantBody {
    /// Absent when they have left the directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(flatten)]
    member: RoomMember,
}

/// A room as its reader sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoomBody {
    id: RoomId,
    state: RoomState,
    /// The community whose live chat it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    community: Option<CommunityId>,
    /// The other person of a direct room.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    participants: Vec<ParticipantBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<Preview>,
    unread_count: u64,
    /// Up to here the caller has read.
    read_seq: u64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// How much is unread.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnreadInRooms {
    /// Messages, in all direct rooms.
    unread_count: u64,
    /// Rooms with any of them.
    rooms: u64,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RoomsQuery {
    /// 20 unless told, at most 100.
    page_size: Option<u32>,
    /// The `after` of the page before.
    after: Option<String>,
}

/// List one's direct rooms, the last active first
///
/// Rooms of communities stand in `/v1/communities`.
#[utoipa::path(
    get,
    path = "/v1/chat/rooms",
    operation_id = "listRooms",
    tag = "chat",
    params(RoomsQuery),
    responses((status = 200, description = "A page of rooms", body = Page<RoomBody>)),
)]
pub(crate) async fn list_rooms(
    State(app): State<Chat>,
    Authenticated(caller): Authenticated,
    Query(query): Query<RoomsQuery>,
) -> Answer<Json<Page<RoomBody>>> {
    let size = page_size(query.page_size)?;
    let after = app.opened(&caller, "chat/rooms", query.after.as_deref())?;
    let mut rooms = app.store.rooms_of(&caller.tenant, &caller.user).await?;
    if let Some(after) = after {
        rooms.retain(|(room, _)| place(room, &caller.user) < after);
    }
    let more = rooms.len() > size as usize;
    rooms.truncate(size as usize);
    let more = rooms.last().filter(|_| more);
    let more = more.map(|(room, _)| place(room, &caller.user));
    let more = more.map(|more| app.cursors.seal(&caller, "chat/rooms", &more));
    let rooms = rooms
        .into_iter()
        .map(|(room, own)| (room, own.mark))
        .collect();
    Ok(Json(Page::new(
        app.shown_rooms(&caller, rooms).await?,
        more,
        size,
    )))
}

/// The place of a room in the list: the order of these texts, backwards.
fn place(room: &Room, user: &UserId) -> String {
    let active = room.active_at(user).as_millisecond().max(0);
    format!("{active:014}#{}", room.id)
}

/// Get a room
#[utoipa::path(
    get,
    path = "/v1/chat/rooms/{id}",
    operation_id = "getRoom",
    tag = "chat",
    params(("id" = RoomId, Path, description = "`rom_…`")),
    responses(
        (status = 200, description = "The room", body = RoomBody),
        (status = 403, description = "Not (or no longer) in the community", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No room of the caller's", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_room(
    State(app): State<Chat>,
    Authenticated(caller): Authenticated,
    Path(id): Path<RoomId>,
) -> Answer<Json<RoomBody>> {
    let entered = app.store.enter_room(&caller, &id).await?;
    let (room, mark) = (entered.room, entered.mark);
    if let Side::Community(_) = entered.side {
        let body = body(room, mark, RoomState::Open, Vec::new(), &caller.user);
        return Ok(Json(body));
    }
    let mut shown = app.shown_rooms(&caller, vec![(room, mark)]).await?;
    shown
        .pop()
        .map(Json)
        .ok_or_else(|| domain::Problem::not_found().into())
}

/// How much is unread in one's direct rooms
#[utoipa::path(
    get,
    path = "/v1/chat/unread-count",
    operation_id = "countUnreadInRooms",
    tag = "chat",
    responses((status = 200, description = "The count", body = UnreadInRooms)),
)]
pub(crate) async fn count_unread(
    State(app): State<Chat>,
    Authenticated(caller): Authenticated,
) -> Answer<Json<UnreadInRooms>> {
    let rooms = app.store.rooms_of(&caller.tenant, &caller.user).await?;
    let unread = rooms.iter().map(|(room, own)| own.mark.unread(room));
    let unread: Vec<u64> = unread.filter(|count| *count > 0).collect();
    Ok(Json(UnreadInRooms {
        unread_count: unread.iter().sum(),
        rooms: unread.len() as u64,
    }))
}

fn body(
    room: Room,
    mark: ReadMark,
    state: RoomState,
    participants: Vec<ParticipantBody>,
    user: &UserId,
) -> RoomBody {
    let community = match &room.kind {
        RoomKind::Community(community) => Some(community.clone()),
        RoomKind::Direct(_) => None,
    };
    RoomBody {
        state,
        community,
        participants,
        last: room.last_for(user).cloned(),
        unread_count: mark.unread(&room),
        read_seq: mark.read_seq,
        created_at: room.created_at,
        id: room.id,
    }
}

impl Chat {
    /// Direct rooms with the other person of each.
    async fn shown_rooms(
        &self,
        caller: &Caller,
        rooms: Vec<(Room, ReadMark)>,
    ) -> Answer<Vec<RoomBody>> {
        let (tenant, user) = (&caller.tenant, &caller.user);
        let others: Vec<(RoomId, UserId)> = rooms
            .iter()
            .filter_map(|(room, _)| match &room.kind {
                RoomKind::Direct(pair) => Some((room.id.clone(), pair.other(user).clone())),
                RoomKind::Community(_) => None,
            })
            .collect();
        let people: Vec<UserId> = others.iter().map(|(_, other)| other.clone()).collect();
        let (contacts, members, names) = futures::try_join!(
            async { Ok(self.store.contacts_of(tenant, user, &people).await?) },
            async { Ok(self.store.members_of_rooms(caller, &others).await?) },
            self.names(caller, people.iter().cloned()),
        )?;
        let mut members = members.into_iter();
        let shown = rooms.into_iter().map(|(room, mark)| {
            let member = members.next();
            let contact = member
                .as_ref()
                .and_then(|one| contacts.get(&one.presence.user));
            let state = RoomState::of(contact, user);
            let participants = member.map(|member| participant(member, &names));
            body(room, mark, state, participants.into_iter().collect(), user)
        });
        Ok(shown.collect())
    }
}

fn participant(member: RoomMember, names: &Names) -> ParticipantBody {
    ParticipantBody {
        name: names.of(&member.presence.user).name,
        member,
    }
}
