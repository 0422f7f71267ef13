//! Members, tokens, close reasons, files and inboxes.

use entity::ids;
use serde_json::json;

use super::{Case, World};

pub fn cases(world: &World) -> Vec<Case> {
    let World { scene, name, gone, .. } = world;
    let people = &scene.people;
    let nobody = || world.nothing::<ids::Member>();
    vec![
        (
            "moveCloseReason",
            json!({ "reasonId": world.nothing::<ids::CloseReason>(), "afterId": world.nothing::<ids::CloseReason>() }),
            "NOT_FOUND reasonId NOT_A_SIBLING afterId",
            "",
        ),
        (
            "transferDeals",
            json!({ "fromMemberId": nobody(), "toMemberId": gone, "processId": world.nothing::<ids::Process>() }),
            "NOT_FOUND fromMemberId MEMBER_INACTIVE toMemberId NOT_FOUND processId",
            "",
        ),
        (
            "transferDeals",
            json!({ "fromMemberId": people.owner.id(), "toMemberId": people.owner.id(), "processId": "x" }),
            "INVALID_VALUE toMemberId INVALID_ID processId",
            "fromMember toMember",
        ),
        (
            "addMember",
            json!({ "newId": people.owner.id(), "email": "nobody", "name": "", "role": "MANAGER" }),
            "ID_TAKEN newId INVALID_VALUE email INVALID_VALUE name",
            "",
        ),
        (
            "addMember",
            json!({ "newId": "x", "email": "nobody", "name": name, "role": "MANAGER" }),
            "INVALID_ID newId INVALID_VALUE email INVALID_VALUE name",
            "",
        ),
        (
            "updateMember",
            json!({ "memberId": nobody(), "email": "nobody", "name": "" }),
            "NOT_FOUND memberId INVALID_VALUE email INVALID_VALUE name",
            "",
        ),
        (
            "updateMember",
            json!({ "memberId": people.admin.id(), "email": "nobody", "name": "", "role": "MANAGER" }),
            "LAST_ADMINISTRATOR role INVALID_VALUE email INVALID_VALUE name",
            "member",
        ),
        (
            "createToken",
            json!({ "memberId": gone, "name": "", "expiresAt": "2020-01-01T00:00:00Z" }),
            "MEMBER_INACTIVE memberId INVALID_VALUE name INVALID_VALUE expiresAt",
            "member",
        ),
        (
            "createFileUpload",
            json!({ "newId": "x", "name": "a/b", "contentType": "nope", "size": 0, "checksum": "0" }),
            "INVALID_ID newId INVALID_VALUE name INVALID_VALUE contentType INVALID_VALUE size INVALID_VALUE checksum",
            "",
        ),
        (
            "addCloseReason",
            json!({ "newId": "x", "status": "LOST", "name": "", "afterId": world.nothing::<ids::CloseReason>() }),
            "INVALID_ID newId INVALID_VALUE name NOT_A_SIBLING afterId",
            "closeReasons",
        ),
        (
            "updateCloseReason",
            json!({ "reasonId": world.nothing::<ids::CloseReason>(), "name": "" }),
            "NOT_FOUND reasonId INVALID_VALUE name",
            "",
        ),
        (
            "moveCloseReason",
            json!({ "reasonId": world.nothing::<ids::CloseReason>(), "afterId": "x" }),
            "NOT_FOUND reasonId INVALID_ID afterId",
            "",
        ),
        (
            "createWebhook",
            json!({ "newId": "x", "name": "", "url": "ftp://a", "processIds": ["y", world.nothing::<ids::Process>()],
                "events": [], "memberId": gone, "document": "{" }),
            "INVALID_ID newId INVALID_VALUE name INVALID_VALUE url INVALID_ID processIds.0 NOT_FOUND processIds.1 \
             INVALID_VALUE events MEMBER_INACTIVE memberId INVALID_VALUE document",
            "webhooks",
        ),
        (
            "updateWebhook",
            json!({ "webhookId": world.nothing::<ids::Webhook>(), "name": "", "url": "ftp://a", "processIds": [],
                "memberId": nobody() }),
            "NOT_FOUND webhookId INVALID_VALUE name INVALID_VALUE url INVALID_VALUE processIds NOT_FOUND memberId",
            "",
        ),
        (
            "testWebhook",
            json!({ "webhookId": world.nothing::<ids::Webhook>(), "eventId": "x" }),
            "NOT_FOUND webhookId INVALID_ID eventId",
            "",
        ),
        (
            "replayWebhook",
            json!({ "webhookId": world.nothing::<ids::Webhook>(), "after": "x" }),
            "NOT_FOUND webhookId INVALID_VALUE after",
            "",
        ),
        (
            "markNotificationsRead",
            json!({ "ids": ["x", world.nothing::<ids::Notification>()], "upTo": "y" }),
            "INVALID_VALUE ids INVALID_ID ids.0 NOT_FOUND ids.1 INVALID_ID upTo",
            "",
        ),
        (
            "retryMail",
            json!({ "ids": ["x", world.nothing::<ids::Mail>()], "all": true }),
            "INVALID_VALUE ids INVALID_ID ids.0 NOT_FOUND ids.1",
            "",
        ),
    ]
}
