//! The REQUEST authorizer events of both APIs, as far as they are read here.

use std::collections::BTreeMap;

use serde::Deserialize;

type Texts = Option<BTreeMap<String, String>>;
type Lists = Option<BTreeMap<String, Vec<String>>>;

/// An HTTP API (payload 2.0) has no `methodArn`; a WebSocket API has one.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event {
    pub(crate) method_arn: Option<String>,
    headers: Texts,
    multi_value_headers: Lists,
    query_string_parameters: Texts,
    multi_value_query_string_parameters: Lists,
}

impl Event {
    /// All values of a header, whatever the case of its name. API Gateway
    /// reports a repeated header in one map or the other, so both are read.
    pub(crate) fn headers(&self, name: &str) -> Vec<&str> {
        values(&self.headers, &self.multi_value_headers, |key| {
            key.eq_ignore_ascii_case(name)
        })
    }

    /// All values of a query parameter.
    pub(crate) fn parameters(&self, name: &str) -> Vec<&str> {
        values(
            &self.query_string_parameters,
            &self.multi_value_query_string_parameters,
            |key| key == name,
        )
    }

    pub(crate) fn header_names(&self) -> impl Iterator<Item = &str> {
        let single = self.headers.iter().flat_map(BTreeMap::keys);
        let multiple = self.multi_value_headers.iter().flat_map(BTreeMap::keys);
        single.chain(multiple).map(String::as_str)
    }
}

fn values<'a>(
    single: &'a Texts,
    multiple: &'a Lists,
    is_named: impl Fn(&str) -> bool,
) -> Vec<&'a str> {
    let several: Vec<&str> = multiple
        .iter()
        .flatten()
        .filter(|(key, _)| is_named(key))
        .flat_map(|(_, values)| values.iter().map(String::as_str))
        .collect();
    if !several.is_empty() {
        return several;
    }
    let one = single.iter().flatten().filter(|(key, _)| is_named(key));
    one.map(|(_, value)| value.as_str()).collect()
}
