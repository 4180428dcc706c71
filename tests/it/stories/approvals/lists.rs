//! APR-1: my requests, those that wait for me, and all of them.

use serde_json::json;

use super::{approve, ask, custom, id, ids, module, reject, school, tier};

#[tokio::test]
async fn everybody_lists_their_own_newest_first() {
    let s = school().await;
    let mut mine = Vec::new();
    for title in ["One", "Two", "Three"] {
        mine.insert(0, id(&ask(&s.mia, custom(title)).await).to_owned());
        ask(&s.leo, custom("Other")).await;
        s.world.later(1).await;
    }
    assert_eq!(ids(&s.mia.all("/v1/approvals").await), mine);
    assert_eq!(ids(&s.mia.all("/v1/approvals?page_size=1").await), mine);
    assert_eq!(ids(&s.mia.all("/v1/approvals?scope=mine").await), mine);
    assert!(s.head.all("/v1/approvals").await.is_empty());
    s.world.settle().await;
}

#[tokio::test]
async fn lists_are_filtered_by_status_and_type() {
    let s = school().await;
    let gold = ask(&s.mia, tier("gold")).await;
    let ecg = ask(&s.mia, module("ecg")).await;
    let mri = ask(&s.mia, module("mri")).await;
    let back = ask(&s.mia, custom("Back")).await;
    approve(&s.head, &gold).await.ok();
    reject(&s.head, &ecg, "No.").await.ok();
    s.mia
        .post(&format!("{back}/withdraw"), json!({}))
        .await
        .ok();
    for (query, expected) in [
        ("status=pending", vec![&mri]),
        ("status=approved", vec![&gold]),
        ("status=rejected", vec![&ecg]),
        ("status=withdrawn", vec![&back]),
        ("type=module_access", vec![&mri, &ecg]),
        ("type=module_access&status=rejected", vec![&ecg]),
        ("type=staff_account", vec![]),
        ("page_size=1", vec![&back, &mri, &ecg, &gold]),
    ] {
        let expected: Vec<&str> = expected.into_iter().map(|path| id(path)).collect();
        let mine = s.mia.all(&format!("/v1/approvals?{query}")).await;
        assert_eq!(ids(&mine), expected, "{query}");
        let all = s
            .head
            .all(&format!("/v1/approvals?scope=all&{query}"))
            .await;
        assert_eq!(ids(&all), expected, "all with {query}");
    }
    for wrong in [
        "status=open",
        "type=promotion",
        "scope=theirs",
        "user=mia",
        "page_size=0",
    ] {
        s.mia
            .get(&format!("/v1/approvals?{wrong}"))
            .await
            .problem(400, "bad_query");
    }
    s.world.settle().await;
}

#[tokio::test]
async fn what_waits_for_somebody_is_all_but_their_own() {
    let s = school().await;
    let (mias, leos) = (
        ask(&s.mia, custom("A")).await,
        ask(&s.leo, module("ecg")).await,
    );
    let heads = ask(&s.head, custom("B")).await;
    let waiting = s
        .head
        .all("/v1/approvals?scope=to_decide&page_size=1")
        .await;
    assert_eq!(ids(&waiting), [id(&leos), id(&mias)]);
    assert!(waiting.iter().all(|one| one["may_decide"] == true));
    let all = s.head.all("/v1/approvals?scope=all").await;
    assert_eq!(ids(&all), [id(&heads), id(&leos), id(&mias)]);
    approve(&s.head, &mias).await.ok();
    assert_eq!(
        ids(&s.head.all("/v1/approvals?scope=to_decide").await),
        [id(&leos)]
    );
    assert!(s.mia.all("/v1/approvals?scope=to_decide").await.is_empty());
    s.mia
        .get("/v1/approvals?scope=all")
        .await
        .problem(403, "forbidden");
    s.world.settle().await;
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_question_and_person() {
    let s = school().await;
    for title in ["One", "Two"] {
        ask(&s.mia, custom(title)).await;
        ask(&s.leo, custom(title)).await;
    }
    let first = s.mia.get("/v1/approvals?page_size=1").await.ok();
    let after = first["page"]["after"].as_str().expect("a cursor");
    s.mia
        .get(&format!("/v1/approvals?after={after}"))
        .await
        .ok();
    for other in ["scope=to_decide", "status=pending", "type=custom"] {
        let wrong = format!("/v1/approvals?{other}&after={after}");
        s.mia.get(&wrong).await.problem(400, "bad_cursor");
    }
    let theirs = format!("/v1/approvals?after={after}");
    s.leo.get(&theirs).await.problem(400, "bad_cursor");
    s.world.settle().await;
}
