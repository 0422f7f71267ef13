use entity::member::Role;
use waypost::{app::App, clock::Clock, db::Db, graphql, member, policy::Actor, token};

#[tokio::test]
async fn smoke() {
    std::fs::write("schema.graphql", graphql::sdl()).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let url =
        std::env::var("SMOKE_DB").unwrap_or(format!("sqlite://{}/w.db", dir.path().display()));
    let db = Db::connect(&url, None).await.unwrap();
    db.migrate().await.unwrap();
    db.migrate().await.unwrap();
    let app = App::new(db, Clock::system());
    let cmd = member::AddMember {
        email: "a@x.example".into(),
        name: "Ada".into(),
        role: Role::Administrator,
    };
    let m =
        app.write(Actor::System("test"), cmd, |tx, c| Box::pin(member::add(tx, c))).await.unwrap();
    let c =
        token::CreateToken { member_id: m.id, name: "t".into(), expires_at: None, secret: None };
    let (_, secret) =
        app.write(Actor::System("test"), c, |tx, c| Box::pin(token::create(tx, c))).await.unwrap();
    let schema = graphql::schema(app.clone());
    let run = async |q: &str| {
        let session = waypost::auth::authenticate(&app, &secret).await.unwrap();
        let r =
            schema.execute(graphql::prepare(async_graphql::Request::new(q), &app, session)).await;
        let v = serde_json::to_value(&r).unwrap();
        println!("{}\n  => {}", q, v);
        v
    };
    let v = run("mutation { createProcess(input: {name: \"Sales\"}) { process { id version name } userErrors { code message path } } }").await;
    let p = v["data"]["createProcess"]["process"]["id"].as_str().unwrap().to_owned();
    let v = run(&format!("mutation {{ addStage(input: {{processId: \"{p}\", name: \"ŁÓDŹ\"}}) {{ stage {{ id }} process {{ version stages {{ name }} }} userErrors {{ code message path nodeId }} }} }}")).await;
    let s = v["data"]["addStage"]["stage"]["id"].as_str().unwrap().to_owned();
    run(&format!("mutation {{ addStage(input: {{processId: \"{p}\", name: \"łódź\"}}) {{ stage {{ id }} process {{ version stages {{ name }} }} userErrors {{ code message path nodeId }} }} }}")).await;
    let v = run(&format!("mutation {{ addAction(input: {{stageId: \"{s}\", name: \"Call\", weight: 20, mandatory: true, evidence: NOTE, followUps: [{{title: \"x\", assignee: OWNER, dueInDays: 3}}], notify: {{groups: [MANAGERS]}}}}) {{ action {{ id share followUps {{ title dueInDays }} notify {{ groups members {{ name }} }} }} process {{ version latest {{ number author {{ name }} definition {{ stages {{ name actions {{ name weight }} }} }} }} }} userErrors {{ code message path nodeId }} }} }}")).await;
    let a = v["data"]["addAction"]["action"]["id"].as_str().unwrap().to_owned();
    let v = run("mutation { createDeal(input: {title: \"Big\", value: {amount: \"10.5\", currency: \"EUR\"}}) { deal { id feedCursor progress { percent mandatoryMissing { name } } permissions { win { allowed blockers { code message ... on MandatoryMissing { actions { name } } } } } checklist { id state needs blockers { code } undo { allowed } } stage { name } owner { name } participants { name } } userErrors { code message path } } }").await;
    let d = v["data"]["createDeal"]["deal"]["id"].as_str().unwrap().to_owned();
    run(&format!("mutation {{ completeAction(input: {{dealId: \"{d}\", actionId: \"{a}\"}}) {{ alreadyDone deal {{ progress {{ percent }} }} userErrors {{ code message path nodeId }} }} }}")).await;
    run(&format!("mutation {{ completeAction(input: {{dealId: \"{d}\", actionId: \"{a}\", note: {{body: \"done\"}}}}) {{ alreadyDone deal {{ progress {{ percent }} stage {{ name }} }} item {{ state }} completion {{ id note {{ body isEvidence }} performer {{ name }} }} userErrors {{ code message path nodeId }} }} }}")).await;
    run(&format!("mutation {{ winDeal(input: {{dealId: \"{d}\"}}) {{ deal {{ status closedAt permissions {{ reopen {{ allowed }} win {{ blockers {{ code }} }} }} }} userErrors {{ code message path nodeId }} }} }}")).await;
    run("{ deals(orderBy: [{field: VALUE, direction: DESC}, {field: TITLE}]) { totalCount totals { values { amount currency } weightedValues { amount } } nodes { title value { amount } progress { percent } } pageInfo { endCursor } } }").await;
    run(&format!("{{ process(id: \"{p}\") {{ configure {{ allowed }} feedCursor unstagedDeals {{ totalCount }} stages {{ name deals(first: 5, filter: {{statuses: [WON]}}) {{ totalCount nodes {{ title owner {{ name }} }} }} }} }} }}")).await;
    run(&format!("{{ deal(id: \"{d}\") {{ events {{ totalCount nodes {{ __typename id summary actor {{ name }} before {{ percent }} after {{ percent stageName }} }} }} notes {{ nodes {{ body }} }} }} node(id: \"{s}\") {{ __typename id ... on Stage {{ name }} }} }}")).await;
    app.db().close().await;
}
