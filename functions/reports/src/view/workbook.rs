use std::borrow::Cow;

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, SchemaFormat, Type},
};

/// A file for spreadsheets.
pub enum Workbook {}

impl PartialSchema for Workbook {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::Custom("binary".to_owned());
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into()
    }
}

impl ToSchema for Workbook {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Workbook")
    }
}
