//! Communities with a few posts, written by the people themselves.

use domain::ids::UserId;
use futures::FutureExt;
use futures::future::BoxFuture;
use reqwest::Method;
use serde_json::{Value, json};

use super::data::{Community, Post};
use super::seed::Api;
use super::{DemoError, Organisation};
use crate::stack::Parts;

pub(super) async fn seed(parts: &Parts, organisation: &Organisation) -> Result<(), DemoError> {
    for community in &organisation.communities {
        let forum = Forum::open(parts, organisation, community).await?;
        for post in &community.posts {
            forum.write(post, None).await?;
        }
    }
    Ok(())
}

/// A community that was opened and joined.
struct Forum<'a> {
    parts: &'a Parts,
    organisation: &'a Organisation,
    path: String,
}

impl<'a> Forum<'a> {
    async fn open(
        parts: &'a Parts,
        organisation: &'a Organisation,
        community: &Community,
    ) -> Result<Self, DemoError> {
        let mut forum = Self {
            parts,
            organisation,
            path: String::new(),
        };
        let body = json!({
            "group": community.group,
            "name": community.name,
            "description": community.description,
            "settings": { "require_post_approval": community.require_post_approval },
        });
        let opener = forum.api(&community.by)?;
        let made = opener.post("/v1/communities", body).await?;
        forum.path = format!("/v1/communities/{}", id(&made)?);
        for member in &community.members {
            let join = format!("{}/join", forum.path);
            forum.api(member)?.post(&join, json!({})).await?;
        }
        Ok(forum)
    }

    /// Writes a post and everything below it.
    fn write<'b>(
        &'b self,
        post: &'b Post,
        parent: Option<&'b str>,
    ) -> BoxFuture<'b, Result<(), DemoError>> {
        async move {
            let author = self.api(&post.by)?;
            let body = json!({ "title": post.title, "body": post.body, "parent": parent });
            let made = author.post(&format!("{}/posts", self.path), body).await?;
            let id = id(&made)?;
            let path = format!("/v1/posts/{id}");
            if post.pinned {
                author.post(&format!("{path}/pin"), json!({})).await?;
            }
            for user in &post.likes {
                let like = json!({ "kind": "like" });
                let reactions = format!("{path}/reactions");
                self.api(user)?.send(Method::PUT, &reactions, like).await?;
            }
            for reply in &post.replies {
                self.write(reply, Some(&id)).await?;
            }
            Ok(())
        }
        .boxed()
    }

    fn api(&self, user: &UserId) -> Result<Api, DemoError> {
        Api::of_user(self.parts, self.organisation, user)
    }
}

pub(super) fn id(made: &Value) -> Result<String, DemoError> {
    let id = made["id"].as_str().map(ToOwned::to_owned);
    id.ok_or_else(|| DemoError::Strange {
        what: "POST".to_owned(),
        body: made.to_string(),
    })
}
