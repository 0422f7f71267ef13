//! “Did you mean”: the names that exist and look like one that does not.

/// The most names that are suggested.
const MOST: usize = 3;
/// So many names are listed whole.
const FEW: usize = 8;
/// Longer names are not compared: nobody mistypes them, and comparing takes time.
const LONGEST: usize = 64;

/// A sentence that suggests the names nearest to this one; nothing when none is near.
pub(crate) fn did_you_mean<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let near = nearest(name, known);
    let quoted: Vec<_> = near.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((last, [])) => format!(" Did you mean {last}?"),
        Some((last, others)) => format!(" Did you mean {} or {last}?", others.join(", ")),
    }
}

/// A sentence that lists all names where they are few, or else suggests the nearest to this one.
pub(crate) fn one_of<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<_> = known.collect();
    if known.is_empty() || known.len() > FEW {
        return did_you_mean(name, known.into_iter());
    }
    format!(" Say one of `{}`.", known.join("`, `"))
}

fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    if name.len() > LONGEST {
        return Vec::new();
    }
    let (written, far) = (name.to_lowercase(), name.len() * 2 / 5 + 1);
    let near = known.filter_map(|known| {
        let distance = strsim::osa_distance(&written, &known.to_lowercase());
        (distance <= far).then_some((distance, known))
    });
    let mut near: Vec<_> = near.collect();
    near.sort_unstable();
    near.into_iter().take(MOST).map(|(_, known)| known).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_suggested_nearest_first() {
        let known = ["deal", "deals", "process", "processes", "viewer"];
        let suggest = |name: &str| did_you_mean(name, known.into_iter());
        assert_eq!(suggest("dael"), " Did you mean `deal` or `deals`?");
        assert_eq!(suggest("PROCES"), " Did you mean `process` or `processes`?");
        assert_eq!(suggest("viewr"), " Did you mean `viewer`?");
        assert_eq!(suggest("nothingLikeIt"), "");
        assert_eq!(suggest(&"d".repeat(100_000)), "");
        assert_eq!(one_of("NOPE", ["ASC", "DESC"].into_iter()), " Say one of `ASC`, `DESC`.");
    }
}
