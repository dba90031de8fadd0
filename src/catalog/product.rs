//! The products of VMware that run VMs, and what they support.

use super::{hardware, table};

const TABLE: &str = include_str!("hosts.tsv");

/// A product of VMware in one version, such as ESXi 6.7.
///
/// ```
/// use vmxedit::catalog::product;
///
/// let esxi = product("esxi-6.7").expect("a known product");
/// assert!(esxi.is_esx() && esxi.supports_hardware(14) && !esxi.supports_hardware(19));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Product {
    /// The name on a command line: `esxi-6.7`.
    pub name: &'static str,
    /// The name to display: `ESXi 6.7`.
    pub label: &'static str,
    /// The highest hardware version that it supports.
    pub max_hardware: u32,
    source: &'static str,
}

impl Product {
    fn from_row([name, label, hardware, source]: [&'static str; 4]) -> Self {
        let max_hardware = table::number(hardware).expect("every product has a hardware version");
        Self { name, label, max_hardware, source }
    }

    /// Returns whether the product is ESX or ESXi.
    pub fn is_esx(&self) -> bool {
        self.name.starts_with("esx")
    }

    /// Returns whether it runs VMs with this hardware version: one up to its highest and, on ESXi, not one that is
    /// [hosted only](super::Hardware::is_hosted_only).
    pub fn supports_hardware(&self, version: u32) -> bool {
        let is_hosted_only = || hardware(version).is_some_and(|hardware| hardware.is_hosted_only());
        version <= self.max_hardware && !(self.is_esx() && is_hosted_only())
    }

    /// Returns the reference for these facts.
    pub fn source(&self) -> &'static str {
        table::sources(self.source).next().unwrap_or_default()
    }
}

/// Returns the product with this name, ignoring ASCII case. Further components of a version, such as `.0` or `u3`, mean
/// the newest release up to it: `esxi-6.7u3` is `esxi-6.7u2`, `workstation-17.6` is `workstation-17.5`.
pub fn product(name: &str) -> Option<Product> {
    let exact = || table::find(TABLE, |known| known.eq_ignore_ascii_case(name)).map(Product::from_row);
    exact().or_else(|| {
        let wanted = Version::parse(name)?;
        let earlier = products().filter_map(|known| Some((Version::parse(known.name)?, known)));
        let earlier = earlier.filter(|(version, _)| {
            version.family == wanted.family
                && version.release() == wanted.release()
                && version.numbers <= wanted.numbers
        });
        earlier.max_by(|(one, _), (other, _)| one.numbers.cmp(&other.numbers)).map(|(_, known)| known)
    })
}

/// Returns every product, ordered by name.
pub fn products() -> impl Iterator<Item = Product> {
    table::rows(TABLE).map(Product::from_row)
}

/// A product's name, split: `esxi-7.0u2`.
struct Version {
    /// In lower case. ESX and ESXi are one.
    family: String,
    numbers: Vec<u32>,
}

impl Version {
    fn parse(name: &str) -> Option<Self> {
        let (family, version) = name.split_once('-')?;
        let family = family.to_ascii_lowercase();
        let family = if family == "esx" { "esxi".to_owned() } else { family };
        let numbers = version.split(['.', 'u', 'U']).map(|number| number.parse().ok());
        Some(Self { family, numbers: numbers.collect::<Option<_>>()? })
    }

    /// Returns the numbers that updates do not change: `7.0` of ESXi, `17` of Workstation.
    fn release(&self) -> &[u32] {
        let length = if self.family == "esxi" { 2 } else { 1 };
        &self.numbers[..self.numbers.len().min(length)]
    }
}

#[cfg(test)]
mod tests {
    use super::{TABLE, product, products};
    use crate::catalog::{hardware, table};

    #[test]
    fn the_table_is_sorted_and_agrees_with_that_of_hardware_versions() {
        table::tests::check::<4>(TABLE, 3);
        for product in products() {
            assert!(product.supports_hardware(product.max_hardware), "{}", product.name);
            let introduced = hardware(product.max_hardware).expect("a known version").products;
            let family = product.label.split(' ').next().expect("a word");
            let is_same = introduced.split(", ").any(|name| name.contains(family));
            assert!(is_same, "{}: version {} came with {introduced}", product.name, product.max_hardware);
        }
    }

    #[test]
    fn products_are_found_by_name_and_updates_by_their_release() {
        for (name, found, hardware) in [
            ("esxi-6.7", "esxi-6.7", 14),
            ("ESXi-7.0U2", "esxi-7.0u2", 19),
            ("esxi-7.0u3", "esxi-7.0u2", 19),
            ("esxi-6.7u1", "esxi-6.7", 14),
            ("esxi-8.0.1", "esxi-8.0", 20),
            ("esx-9.0", "esxi-9.0", 22),
            ("workstation-17.6.1", "workstation-17.5", 21),
            ("workstation-17.0", "workstation-17", 20),
            ("fusion-13", "fusion-13", 20),
        ] {
            let product = product(name).expect("a known product");
            assert_eq!((product.name, product.max_hardware), (found, hardware), "{name}");
        }
        for name in
            ["", "esxi", "esxi-", "esxi-6", "esxi-6.8", "workstation-13", "vmm-1", "fusion-x", "esxi-99.0"]
        {
            assert_eq!(product(name), None, "{name}");
        }
    }

    #[test]
    fn esxi_runs_no_hardware_version_of_workstation_and_fusion_alone() {
        let supports = |name: &str, version| product(name).expect("a product").supports_hardware(version);
        assert!(!supports("esxi-7.0", 16) && supports("esxi-7.0", 15) && !supports("esxi-7.0", 18));
        assert!(supports("fusion-13", 16) && supports("workstation-17", 15));
    }
}
