//! Which route a request takes: the most specific one that fits.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use crate::template::HttpRoute;

/// What became of looking up a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found<'a> {
    Route(&'a HttpRoute, BTreeMap<String, String>),
    /// The path exists with these methods only.
    OtherMethods(Vec<&'a str>),
    Nothing,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    // In the order of their precedence.
    Literal(String),
    Parameter(String),
    Greedy(String),
}

#[derive(Debug)]
struct Entry {
    segments: Vec<Segment>,
    route: HttpRoute,
}

/// All routes of an API, the most specific ones first.
#[derive(Debug, Default)]
pub(super) struct Routes {
    entries: Vec<Entry>,
    fallback: Option<HttpRoute>,
}

impl Routes {
    pub(super) fn new(routes: &[HttpRoute]) -> Self {
        let mut built = Self::default();
        for route in routes {
            if route.path == "$default" {
                built.fallback = Some(route.clone());
            } else {
                let segments = split(&route.path).map(segment).collect();
                built.entries.push(Entry {
                    segments,
                    route: route.clone(),
                });
            }
        }
        // Literals differ in text only; what counts is the kind, left to right,
        // and then a named method before ANY.
        built
            .entries
            .sort_by_key(|entry| (entry.rank(), entry.route.method == "ANY"));
        built
    }

    /// Finds the route. A slash at the end changes nothing, as the functions
    /// see it; an HTTP API in AWS needs a route of its own for that.
    pub(super) fn find(&self, method: &str, path: &str) -> Found<'_> {
        let parts: Vec<&str> = split(path).collect();
        let mut others = Vec::new();
        for entry in &self.entries {
            let Some(parameters) = entry.matches(&parts) else {
                continue;
            };
            if entry.route.method == method || entry.route.method == "ANY" {
                return Found::Route(&entry.route, parameters);
            }
            others.push(entry.route.method.as_str());
        }
        match (&self.fallback, others.is_empty()) {
            (Some(route), _) => Found::Route(route, BTreeMap::new()),
            (None, false) => Found::OtherMethods(others),
            (None, true) => Found::Nothing,
        }
    }
}

impl Entry {
    fn rank(&self) -> Vec<u8> {
        let rank = |segment: &Segment| match segment {
            Segment::Literal(_) => 0,
            Segment::Parameter(_) => 1,
            Segment::Greedy(_) => 2,
        };
        self.segments.iter().map(rank).collect()
    }

    fn matches(&self, parts: &[&str]) -> Option<BTreeMap<String, String>> {
        let mut parameters = BTreeMap::new();
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        for (index, segment) in self.segments.iter().enumerate() {
            let part = parts.get(index)?;
            match segment {
                // The one segment of `/` is empty.
                Segment::Literal(literal) if literal == part => {}
                Segment::Literal(_) => return None,
                _ if part.is_empty() => return None,
                Segment::Parameter(name) => {
                    parameters.insert(name.clone(), decoded(part));
                }
                Segment::Greedy(name) => {
                    parameters.insert(name.clone(), decoded(&parts[index..].join("/")));
                    return Some(parameters);
                }
            }
        }
        (self.segments.len() == parts.len()).then_some(parameters)
    }
}

fn split(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/')
        .unwrap_or(path)
        .trim_end_matches('/')
        .split('/')
}

fn segment(text: &str) -> Segment {
    match text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'))
    {
        None => Segment::Literal(text.to_owned()),
        Some(name) => match name.strip_suffix('+') {
            Some(name) => Segment::Greedy(name.to_owned()),
            None => Segment::Parameter(name.to_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(keys: &[&str]) -> Routes {
        let routes: Vec<HttpRoute> = keys
            .iter()
            .map(|key| {
                let (method, path) = key.split_once(' ').unwrap_or(("ANY", key));
                let (method, path) = (method.to_owned(), path.to_owned());
                HttpRoute {
                    method,
                    path,
                    function: (*key).to_owned(),
                    authorized: true,
                }
            })
            .collect();
        Routes::new(&routes)
    }

    fn taken(routes: &Routes, method: &str, path: &str) -> String {
        match routes.find(method, path) {
            Found::Route(route, parameters) if parameters.is_empty() => route.function.clone(),
            Found::Route(route, parameters) => format!("{} {parameters:?}", route.function),
            Found::OtherMethods(methods) => format!("only {methods:?}"),
            Found::Nothing => "nothing".to_owned(),
        }
    }

    #[test]
    fn the_most_specific_route_wins() {
        let routes = routes(&[
            "GET /v1/{proxy+}",
            "GET /v1/users/{id}",
            "GET /v1/users/me",
            "ANY /v1/users/{id}",
            "GET /v1/users/{id}/guardians",
            "GET /v1/users",
        ]);
        assert_eq!(taken(&routes, "GET", "/v1/users/me"), "GET /v1/users/me");
        assert_eq!(
            taken(&routes, "GET", "/v1/users/10"),
            r#"GET /v1/users/{id} {"id": "10"}"#
        );
        assert_eq!(
            taken(&routes, "PUT", "/v1/users/10"),
            r#"ANY /v1/users/{id} {"id": "10"}"#
        );
        assert_eq!(
            taken(&routes, "GET", "/v1/a/b/c"),
            r#"GET /v1/{proxy+} {"proxy": "a/b/c"}"#
        );
        assert_eq!(
            taken(&routes, "GET", "/v1/users/a%20b/guardians"),
            r#"GET /v1/users/{id}/guardians {"id": "a b"}"#
        );
    }

    #[test]
    fn slashes_and_misses() {
        let routes = routes(&["GET /v1/users", "POST /v1/users", "GET /v1/users/{id}"]);
        assert_eq!(taken(&routes, "GET", "/v1/users/"), "GET /v1/users");
        assert_eq!(
            taken(&routes, "DELETE", "/v1/users"),
            r#"only ["GET", "POST"]"#
        );
        assert_eq!(taken(&routes, "GET", "/v2/users"), "nothing");
        assert_eq!(taken(&routes, "GET", "/v1//x"), "nothing");
        assert_eq!(taken(&routes, "GET", "/"), "nothing");
    }

    #[test]
    fn the_root_is_a_path_of_its_own() {
        let routes = routes(&["GET /", "GET /web/{path+}"]);
        assert_eq!(taken(&routes, "GET", "/"), "GET /");
        assert_eq!(taken(&routes, "GET", "/web"), "nothing");
        assert_eq!(
            taken(&routes, "GET", "/web/a/b.js"),
            r#"GET /web/{path+} {"path": "a/b.js"}"#
        );
    }

    #[test]
    fn the_default_route_takes_the_rest() {
        let routes = routes(&["GET /v1/users", "$default"]);
        assert_eq!(taken(&routes, "GET", "/elsewhere"), "$default");
        assert_eq!(taken(&routes, "DELETE", "/v1/users"), "$default");
    }
}
