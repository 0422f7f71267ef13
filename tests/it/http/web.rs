//! The screen's page and its files: what browsers may keep, and where they find what the page loads.

use reqwest::{Client, Response};

use super::Site;

async fn get(site: &Site, path: &str) -> Response {
    Client::new().get(site.server.http(path)).send().await.unwrap()
}

fn told<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers()[name].to_str().unwrap()
}

#[tokio::test]
async fn every_path_of_the_screen_has_its_page_which_knows_the_way_back() {
    let site = Site::new().await;
    for (path, base) in
        [("/", "./"), ("/inbox", "./"), ("/deals/x", "../"), ("/admin/x/y", "../../")]
    {
        let response = get(&site, path).await;
        assert_eq!(told(&response, "cache-control"), "no-cache", "{path}");
        assert!(told(&response, "content-type").starts_with("text/html"), "{path}");
        let page = response.text().await.unwrap();
        assert!(page.contains(&format!("<base href=\"{base}\"")), "{path}: {page}");
    }
}

#[tokio::test]
async fn what_the_page_loads_is_kept_for_ever_and_the_page_is_asked_for() {
    let site = Site::new().await;
    let first = get(&site, "/").await;
    let tag = told(&first, "etag").to_owned();
    let page = first.text().await.unwrap();
    let links: Vec<_> =
        page.split("\"assets/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(links.len() > 3, "{page}");
    for link in links.into_iter().filter(|link| link.contains('-')) {
        let response = get(&site, &format!("/assets/{link}")).await;
        assert_eq!(
            told(&response, "cache-control"),
            "public, max-age=31536000, immutable",
            "{link}"
        );
        assert_eq!(response.status(), 200, "{link}");
    }
    let known = Client::new().get(site.server.http("/")).header("if-none-match", tag);
    assert_eq!(known.send().await.unwrap().status(), 304);
}
