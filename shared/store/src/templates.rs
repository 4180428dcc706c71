//! Templates, their versions, and the tenant's own variables.

use domain::Channel;
use domain::audit::AuditEntry;
use domain::ids::{TemplateId, TenantId};
use domain::send::TemplateVersion;
use domain::template::{Template, Variable};

use crate::error::StoreError;
use crate::table::{Item, Range, item, s};
use crate::transaction::{Expression, Refused, Transaction};
use crate::{Rows, Store, keys};

/// The template as it is now, with its place in the list of its channel.
fn head(tenant: &TenantId, template: &Template) -> Result<Item, StoreError> {
    let mut head = item(&keys::template(tenant, &template.id), template)?;
    head.insert(
        "gsi1pk".to_owned(),
        s(keys::template_list(tenant, template.channel)),
    );
    head.insert("gsi1sk".to_owned(), s(template.id.as_str()));
    Ok(head)
}

impl Store {
    /// A new template with its first version.
    pub async fn create_template(
        &self,
        tenant: &TenantId,
        template: &Template,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        let new = Expression::new("attribute_not_exists(#pk)");
        let transaction = self.transaction().put(head(tenant, template)?, Some(new));
        version(transaction, tenant, template)
            .audit(tenant, audit)
            .commit()
            .await
    }

    /// The next version in place of version `seen`.
    pub async fn update_template(
        &self,
        tenant: &TenantId,
        template: &Template,
        seen: u32,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        let held = crate::tenants::version_is(u64::from(seen));
        let transaction = self.transaction().put(head(tenant, template)?, Some(held));
        version(transaction, tenant, template)
            .audit(tenant, audit)
            .commit()
            .await
    }

    /// Takes a template out of use. Its versions stay, because sends that are
    /// on their way or in the log name them.
    pub async fn delete_template(
        &self,
        tenant: &TenantId,
        template: &TemplateId,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        let there = Expression::new("attribute_exists(#pk)");
        self.transaction()
            .delete(&keys::template(tenant, template), Some(there))
            .audit(tenant, audit)
            .commit()
            .await
    }

    /// A template as it is now.
    pub async fn template(
        &self,
        tenant: &TenantId,
        template: &TemplateId,
    ) -> Result<Option<Template>, StoreError> {
        self.read(&keys::template(tenant, template)).await
    }

    /// One version, also of a template that is no longer in use.
    pub async fn template_version(
        &self,
        tenant: &TenantId,
        wanted: &TemplateVersion,
    ) -> Result<Option<Template>, StoreError> {
        self.read(&keys::template_version(tenant, &wanted.id, wanted.version))
            .await
    }

    /// Templates newest first, of one channel or all.
    pub async fn list_templates(
        &self,
        tenant: &TenantId,
        channel: Option<Channel>,
        after: Option<&TemplateId>,
        limit: u32,
    ) -> Result<Rows<Template>, StoreError> {
        let everything = keys::template(tenant, &TemplateId::new(self.now())).pk;
        let range = Range {
            newest_first: true,
            after: after.map(ToString::to_string),
            limit: Some(limit),
            index: channel.is_some(),
            after_keys: channel
                .and(after)
                .map(|after| keys::template(tenant, after)),
            ..Range::of(channel.map_or(everything, |channel| keys::template_list(tenant, channel)))
        };
        self.rows(&range).await
    }

    /// The versions of a template, newest first, below `before` if given.
    pub async fn list_template_versions(
        &self,
        tenant: &TenantId,
        template: &TemplateId,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Rows<Template>, StoreError> {
        let range = Range {
            newest_first: true,
            after: before.map(|version| keys::template_version(tenant, template, version).sk),
            limit: Some(limit),
            consistent: true,
            ..Range::of(keys::template_version(tenant, template, 0).pk)
        };
        self.rows(&range).await
    }

    /// The variables that the tenant added.
    pub async fn own_variables(&self, tenant: &TenantId) -> Result<Vec<Variable>, StoreError> {
        self.all(Range {
            consistent: true,
            ..Range::of(keys::variable(tenant, "").pk)
        })
        .await
    }

    /// Adds a variable; refused if the tenant has one of that name.
    pub async fn create_variable(
        &self,
        tenant: &TenantId,
        variable: &Variable,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        self.transaction()
            .create(&keys::variable(tenant, &variable.name), variable)
            .audit(tenant, audit)
            .commit()
            .await
    }

    /// Removes a variable; refused if the tenant has none of that name.
    pub async fn delete_variable(
        &self,
        tenant: &TenantId,
        name: &str,
        audit: &AuditEntry,
    ) -> Result<(), Refused> {
        let there = Expression::new("attribute_exists(#pk)");
        self.transaction()
            .delete(&keys::variable(tenant, name), Some(there))
            .audit(tenant, audit)
            .commit()
            .await
    }
}

fn version(transaction: Transaction, tenant: &TenantId, template: &Template) -> Transaction {
    let keys = keys::template_version(tenant, &template.id, template.version);
    transaction.create(&keys, template)
}
