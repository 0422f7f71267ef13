//! The values of variables, as their types take them: nothing runs with one missing or of another type.
//! Ours, because the compiler's own coercion tells neither where in a value something is wrong nor more
//! than one thing at once, and knows no `@oneOf`.

use apollo_compiler::{
    executable::{Operation, Type},
    schema::{ExtendedType, InputObjectType, InputValueDefinition},
};
use async_graphql::{Name, Pos, ServerError, Value as Constant, Variables};
use serde_json::{Map, Value};

use super::{
    cache::Outline,
    literal,
    position::Lines,
    suggestion::{did_you_mean, one_of},
    types::Types,
    values::{exactly_one, is_one_of, may_be_missing},
    wording::shortened,
};
use crate::{
    CheckScalar,
    error::{MOST_ERRORS, code, request_error},
};

/// The most characters of a value that an error quotes.
const LONGEST_QUOTE: usize = 60;

/// A variable that an operation declares.
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    /// Its name, without `$`.
    pub name: Name,
    /// Its type.
    pub ty: Type,
    /// Where it is declared.
    pub place: Pos,
    default: Option<Constant>,
}

/// The variables of an operation.
pub(crate) fn declared(
    operation: &Operation,
    lines: &Lines<'_>,
) -> Result<Vec<Declared>, ServerError> {
    let one =
        |variable: &apollo_compiler::Node<apollo_compiler::executable::VariableDefinition>| {
            let default = variable.default_value.as_ref();
            Ok(Declared {
                name: Name::new(&variable.name),
                ty: (*variable.ty).clone(),
                place: lines.of(variable.location()),
                default: default.map(|value| literal::constant(value, lines)).transpose()?,
            })
        };
    operation.variables.iter().map(one).collect()
}

/// What values are judged by.
#[derive(Clone, Copy)]
pub(crate) struct Rules<'a> {
    /// The schema.
    pub types: &'a Types,
    /// Which values its own scalars take.
    pub check_scalar: CheckScalar,
    /// Whether errors suggest names that exist.
    pub suggests: bool,
}

/// Their values, or everything that is wrong with those that were given. Others are ignored.
pub(crate) fn coerce(
    rules: Rules<'_>,
    outline: &Outline,
    given: &Map<String, Value>,
) -> Result<Variables, Vec<ServerError>> {
    let (mut values, mut errors) = (Variables::default(), Vec::new());
    for variable in &outline.declared {
        let path = Vec::new();
        let mut coercion = Coercion { rules, variable, path, errors: &mut errors };
        let value = coercion.variable(given.get(variable.name.as_str()));
        if outline.deciding.iter().any(|name| *name == variable.name.as_str()) {
            coercion.decided(value.as_ref());
        }
        if let Some(value) = value {
            values.insert(variable.name.clone(), value);
        }
    }
    if errors.is_empty() { Ok(values) } else { Err(errors) }
}

struct Coercion<'a> {
    rules: Rules<'a>,
    variable: &'a Declared,
    path: Vec<String>,
    errors: &'a mut Vec<ServerError>,
}

impl Coercion<'_> {
    fn variable(&mut self, given: Option<&Value>) -> Option<Constant> {
        let (name, ty) = (&self.variable.name, &self.variable.ty);
        match given {
            None if self.variable.default.is_some() => self.variable.default.clone(),
            None if ty.is_non_null() => {
                self.push(format!("The variable `${name}` of type `{ty}` is required: give it."));
                None
            }
            None => None,
            Some(value) => Some(self.value(ty, value)),
        }
    }

    /// What decides whether something is skipped must be true or false, also when its type allows null.
    fn decided(&mut self, value: Option<&Constant>) {
        if !matches!(value, Some(Constant::Boolean(_))) && self.errors.is_empty() {
            let name = &self.variable.name;
            self.push(format!(
                "The variable `${name}` decides what is skipped: it must not be null."
            ));
        }
    }

    fn value(&mut self, ty: &Type, value: &Value) -> Constant {
        if value.is_null() {
            if ty.is_non_null() {
                self.wrong(value, &format!("`{ty}` must not be null."));
            }
            return Constant::Null;
        }
        match (ty, value) {
            (Type::List(item) | Type::NonNullList(item), Value::Array(items)) => {
                Constant::List(self.items(item, items))
            }
            (Type::List(item) | Type::NonNullList(item), one) => {
                Constant::List(vec![self.value(item, one)])
            }
            (Type::Named(name) | Type::NonNullNamed(name), value) => self.named(name, value),
        }
    }

    fn items(&mut self, ty: &Type, items: &[Value]) -> Vec<Constant> {
        let mut coerced = Vec::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            if self.errors.len() >= MOST_ERRORS {
                break;
            }
            self.path.push(format!("[{at}]"));
            coerced.push(self.value(ty, item));
            self.path.pop();
        }
        coerced
    }

    fn named(&mut self, name: &str, value: &Value) -> Constant {
        let types = self.rules.types;
        match types.schema.types.get(name) {
            Some(ExtendedType::InputObject(input)) => self.input(input, value),
            Some(ExtendedType::Enum(options)) => {
                let text = value.as_str().unwrap_or_default();
                if !options.values.contains_key(text) {
                    let known = options.values.keys().map(|name| name.as_str());
                    let hint =
                        if self.rules.suggests { one_of(text, known) } else { String::new() };
                    self.wrong(value, &format!("It is none of the values of `{name}`.{hint}"));
                }
                Constant::Enum(Name::new(text))
            }
            _ => self.scalar(name, value),
        }
    }

    fn scalar(&mut self, name: &str, value: &Value) -> Constant {
        let number = whole(value);
        let int = number.and_then(|number| i32::try_from(number).ok());
        let expected = match (name, number) {
            ("Int", _) if int.is_none() => "an integer between -2147483648 and 2147483647",
            ("Float", _) if !value.is_number() => "a number",
            ("String", _) if !value.is_string() => "a string",
            ("Boolean", _) if !value.is_boolean() => "true or false",
            ("ID", None) if !value.is_string() => "a string",
            ("Int" | "ID" | "Decimal", Some(number)) => return Constant::Number(number.into()),
            _ => return self.custom(name, value),
        };
        self.wrong(value, &format!("`{name}` takes {expected}."));
        Constant::Null
    }

    fn custom(&mut self, name: &str, value: &Value) -> Constant {
        let constant = Constant::from_json(value.clone()).unwrap_or_default();
        if let Err(why) = (self.rules.check_scalar)(name, &constant) {
            self.wrong(value, why);
        }
        constant
    }

    fn input(&mut self, input: &InputObjectType, value: &Value) -> Constant {
        let Value::Object(given) = value else {
            self.wrong(value, &format!("`{}` takes an object.", input.name));
            return Constant::Null;
        };
        let unknown = given.keys().filter(|key| !input.fields.contains_key(key.as_str()));
        for key in unknown.take(MOST_ERRORS) {
            let hint = self.hint(key, input.fields.keys().map(|name| name.as_str()));
            let key = shortened(key, LONGEST_QUOTE);
            self.wrong(value, &format!("`{}` has no field `{key}`.{hint}", input.name));
        }
        if is_one_of(input) && (given.len() != 1 || given.values().any(Value::is_null)) {
            self.wrong(value, &format!("{} It must not be null.", exactly_one(&input.name)));
        }
        let fields = input.fields.values();
        Constant::Object(fields.filter_map(|field| self.field(field, given, value)).collect())
    }

    fn field(
        &mut self,
        field: &InputValueDefinition,
        given: &Map<String, Value>,
        object: &Value,
    ) -> Option<(Name, Constant)> {
        let Some(value) = given.get(field.name.as_str()) else {
            if !may_be_missing(field) {
                let (name, ty) = (&field.name, &field.ty);
                self.wrong(object, &format!("The field `{name}` of type `{ty}` is required."));
            }
            return None;
        };
        self.path.push(format!(".{}", field.name));
        let value = self.value(&field.ty, value);
        self.path.pop();
        Some((Name::new(&field.name), value))
    }

    fn hint<'b>(&self, name: &str, known: impl Iterator<Item = &'b str>) -> String {
        if self.rules.suggests { did_you_mean(name, known) } else { String::new() }
    }

    fn wrong(&mut self, value: &Value, why: &str) {
        let name = &self.variable.name;
        let place = match self.path.concat() {
            path if path.is_empty() => String::new(),
            path => format!(" at `{name}{}`", shortened(&path, LONGEST_QUOTE)),
        };
        let value = quoted(value);
        self.push(format!("The variable `${name}` got the invalid value {value}{place}. {why}"));
    }

    fn push(&mut self, message: String) {
        if self.errors.len() < MOST_ERRORS {
            let place = Some(self.variable.place);
            self.errors.push(request_error(code::BAD_USER_INPUT, message, place));
        }
    }
}

/// A whole number, however JSON writes it: `20`, `20.0` and `2e1` are the same (specification §3.5.1). Greater ones
/// are no longer exact.
fn whole(value: &Value) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let exact = |number: &f64| number.fract() == 0.0 && number.abs() <= EXACT;
    value.as_i64().or_else(|| value.as_f64().filter(exact).map(|number| number as i64))
}

/// A value in an error: never a whole document.
fn quoted(value: &Value) -> String {
    match value {
        Value::Array(_) => "[…]".to_owned(),
        Value::Object(_) => "{…}".to_owned(),
        Value::String(text) => format!("\"{}\"", shortened(text, LONGEST_QUOTE)),
        other => other.to_string(),
    }
}
