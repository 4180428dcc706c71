//! APR-2: many by one call, each for itself.

use serde_json::{Value, json};

use super::{School, account, approve, ask, custom, id, module, person, reject, school};

const BULK: &str = "/v1/approvals/bulk-approve";

async fn bulk(s: &School, ids: &[&str]) -> Vec<Value> {
    let body = json!({"ids": ids, "comment": "All of you."});
    let answer = s.head.post(BULK, body).await.ok();
    answer["items"].as_array().expect("rows").clone()
}

#[tokio::test]
async fn each_row_tells_what_became_of_it() {
    let s = school().await;
    let good = [
        ask(&s.mia, module("ecg")).await,
        ask(&s.leo, custom("x")).await,
    ];
    let own = ask(&s.head, custom("y")).await;
    let decided = ask(&s.mia, custom("z")).await;
    reject(&s.head, &decided, "No.").await.ok();
    let gone = ask(&s.sue, account("ann", &["teacher"])).await;
    s.world.add(&s.head, "ann", &["parent"]).await;
    let asked = [
        id(&good[0]),
        id(&own),
        "apr_unknown",
        id(&good[1]),
        id(&decided),
        "not an id",
        id(&gone),
        id(&good[0]),
    ];
    let rows = bulk(&s, &asked).await;
    let statuses: Vec<u64> = rows
        .iter()
        .filter_map(|row| row["status"].as_u64())
        .collect();
    assert_eq!(statuses, [200, 403, 404, 200, 409, 404, 409, 409]);
    for (row, asked) in rows.iter().zip(asked) {
        assert_eq!(row["id"], asked);
        if row["status"] == 200 {
            assert_eq!(row["approval"]["id"], asked);
            assert_eq!(row["approval"]["status"], "approved");
            assert_eq!(row["approval"]["comment"], "All of you.");
            assert_eq!(row["problem"], Value::Null);
        } else {
            assert_eq!(row["problem"]["status"], row["status"]);
            assert_eq!(row["approval"], Value::Null);
        }
    }
    assert_eq!(rows[1]["problem"]["code"], "own_request");
    assert_eq!(person(&s, "mia").await["attributes"]["modules"], "ecg");
    assert_eq!(s.head.get(&gone).await.ok()["status"], "pending");
    s.world.settle().await;
}

#[tokio::test]
async fn fifty_are_approved_and_fifty_one_are_too_many() {
    let s = school().await;
    let mut paths = Vec::new();
    for n in 0..50 {
        paths.push(ask(&s.mia, custom(&format!("Number {n}"))).await);
    }
    let mut asked: Vec<&str> = paths.iter().map(|path| id(path)).collect();
    asked.push("apr_one-more");
    let body = json!({"ids": asked});
    assert_eq!(
        s.head.post(BULK, body).await.refuses("ids", "length")["status"],
        422
    );
    s.head
        .post(BULK, json!({"ids": []}))
        .await
        .refuses("ids", "length");
    s.head
        .post(BULK, json!({}))
        .await
        .refuses("ids", "required");
    let wrong = json!({"ids": ["apr_1"], "reason": "x"});
    s.head
        .post(BULK, wrong)
        .await
        .refuses("reason", "unknown_field");
    let rows = bulk(&s, &asked[..50]).await;
    assert!(rows.iter().all(|row| row["status"] == 200), "{rows:?}");
    let figures = s.head.get("/v1/approvals/statistics").await.ok();
    assert_eq!(
        (&figures["pending"], &figures["approved"]),
        (&json!(0), &json!(50))
    );
    s.world.settle().await;
}

#[tokio::test]
async fn a_bulk_approval_under_a_key_happens_once() {
    let s = school().await;
    let path = ask(&s.mia, custom("x")).await;
    let keyed = s.head.with("idempotency-key", "bulk");
    let body = json!({"ids": [id(&path)]});
    let first = keyed.post(BULK, body.clone()).await.ok();
    let again = keyed.post(BULK, body).await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.ok(), first);
    approve(&s.head, &path).await.problem(409, "conflict");
    s.world.settle().await;
}
