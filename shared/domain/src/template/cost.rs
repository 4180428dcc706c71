//! How much work a part is: every node costs 1, a loop costs its length times
//! its body. Output does not count, because a loop may work long and say nothing.

use super::ast::{Expression, Node, Path};

/// The work of some nodes, given the length of each list.
pub(crate) fn cost(nodes: &[Node], length: &dyn Fn(&Path) -> u64) -> u64 {
    nodes
        .iter()
        .fold(0, |sum, node| sum.saturating_add(of_node(node, length)))
}

fn of_node(node: &Node, length: &dyn Fn(&Path) -> u64) -> u64 {
    match node {
        Node::Text => 1,
        Node::Output(expression) => of_expression(expression),
        Node::If {
            branches,
            otherwise,
        } => {
            let branches = branches.iter().fold(1u64, |sum, (terms, body)| {
                let terms = terms.iter().fold(0u64, |sum, term| {
                    let right = term
                        .comparison
                        .as_ref()
                        .map_or(0, |(_, right)| of_expression(right));
                    sum.saturating_add(of_expression(&term.left))
                        .saturating_add(right)
                });
                sum.saturating_add(terms).saturating_add(cost(body, length))
            });
            branches.saturating_add(cost(otherwise, length))
        }
        Node::For { list, body, .. } => {
            // An empty body still turns the loop.
            let turn = cost(body, length).saturating_add(1);
            length(list).saturating_mul(turn).saturating_add(1)
        }
    }
}

fn of_expression(expression: &Expression) -> u64 {
    1 + expression.filters.len() as u64
}
