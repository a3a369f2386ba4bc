//! Whose signatures a reader wants: the reader's own setting, never the bundle's. A bundle and its signatures in, what may be used of them out.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use leidraad::{Bilingual, both};
use serde::{Deserialize, Deserializer};

use crate::manifest::Manifest;
use crate::parcel::Parcel;
use crate::refused::{Kind, Refused};
use crate::signature::{Signature, key_id};
use crate::unpack::Bundle;

/// Whose signatures are wanted, and how many. The default wants none.
///
/// ```
/// use leidraad_bundle::Trust;
/// let trust = Trust::read(r#"
///     need = 2 # of the signers below: a DVO needs both colleges
///
///     [signer.leiden] # a key, and its successor: while both are valid, either will do
///     key = [
///         { public = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3", until = 2027-12-31 },
///         { public = "RWRMGfoI3DylOwDwmqSXzjNEXot6bC1Zk0eFB0XYA1Cv/JiphLSb1K+W", from = 2027-10-01 },
///     ]
///     [signer.leiderdorp]
///     key = [{ public = "RWTkb2R3Y4F3d6YhkxCsnHakagqCGW4hW/9hD1+yqpW7vK6iMCAS3bQr" }]
///
///     [[role]] # versions of this rule set change only with the signatures of all of these
///     ruleset = "dvo-leiderdorp"
///     signers = ["leiden", "leiderdorp"]
/// "#).unwrap();
/// assert_eq!(trust.key_ids().count(), 3);
/// ```
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trust {
    /// how many signers have to have signed
    #[serde(default)]
    need: usize,
    #[serde(default, rename = "signer")]
    signers: BTreeMap<String, Signer>,
    #[serde(default, rename = "role")]
    roles: Vec<Role>,
    /// The text that it was read from.
    #[serde(skip)]
    text: String,
}

/// A person or body, with the keys that it has had, has, and will have.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signer {
    key: Vec<Key>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    public: String,
    /// The first day on which it counts.
    #[serde(default, deserialize_with = "day")]
    from: Option<Date>,
    /// The last day on which it counts.
    #[serde(default, deserialize_with = "day")]
    until: Option<Date>,
    #[serde(skip)]
    id: String,
}

impl Key {
    fn counts(&self, on: Date) -> bool {
        self.from.is_none_or(|from| from <= on) && self.until.is_none_or(|until| on <= until)
    }
}

/// Who may change the versions of a rule set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Role {
    ruleset: String,
    signers: Vec<String>,
    /// How many of them; all, if it is left out.
    need: Option<usize>,
}

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    let written = toml::value::Datetime::deserialize(deserializer)?.to_string();
    written.parse().map(Some).map_err(|_| serde::de::Error::custom(format!("`{written}` is no day")))
}

fn setting(message: Bilingual, help: Bilingual) -> Refused {
    Refused::new(Kind::Setting, message, help)
}

impl Trust {
    /// Reads a reader's setting.
    pub fn read(text: &str) -> Result<Trust, Refused> {
        let mut trust: Trust = toml::from_str(text).map_err(|cause| {
            let cause = cause.to_string();
            let cause = cause.trim_end();
            setting(
                both!(
                    "the file that says who has to sign cannot be read: {cause}",
                    "het bestand dat zegt wie moet tekenen, is niet te lezen: {cause}"
                ),
                both!("docs/bundles.md describes this file", "docs/bundles.md beschrijft dit bestand"),
            )
        })?;
        trust.check()?;
        text.clone_into(&mut trust.text);
        Ok(trust)
    }

    fn check(&mut self) -> Result<(), Refused> {
        let (need, all) = (self.need, self.signers.len());
        if need > all {
            return Err(setting(
                both!("it wants {need} signers, and has {all}", "het vraagt {need} ondertekenaars, en kent er {all}"),
                both!("add signers, or lower `need`", "voeg ondertekenaars toe, of verlaag `need`"),
            ));
        }
        let mut owners: BTreeMap<String, &str> = BTreeMap::new();
        for (name, signer) in &mut self.signers {
            for key in &mut signer.key {
                key.id = key_id(&key.public)?;
                if key.until.is_some_and(|until| key.from.is_some_and(|from| until < from)) {
                    let id = &key.id;
                    return Err(setting(
                        both!("key {id} of `{name}` ends before it begins", "sleutel {id} van `{name}` eindigt voordat hij begint"),
                        both!("give the first day as `from`", "geef de eerste dag als `from`"),
                    ));
                }
                if let Some(other) = owners.insert(key.id.clone(), name) {
                    let id = &key.id;
                    return Err(setting(
                        both!("key {id} is that of `{other}` and of `{name}`", "sleutel {id} is van `{other}` en van `{name}`"),
                        both!(
                            "a key has one owner: take it away at one of them",
                            "een sleutel heeft één eigenaar: haal hem bij een van beide weg"
                        ),
                    ));
                }
            }
        }
        for role in &self.roles {
            let ruleset = &role.ruleset;
            if let Some(name) = role.signers.iter().find(|name| !self.signers.contains_key(*name)) {
                return Err(setting(
                    both!(
                        "`{name}` has to sign for `{ruleset}`, but is not among the signers",
                        "`{name}` moet voor `{ruleset}` tekenen, maar staat niet bij de ondertekenaars"
                    ),
                    both!("add `[signer.{name}]` with its key", "voeg `[signer.{name}]` toe met een sleutel"),
                ));
            }
            let many = role.signers.iter().collect::<BTreeSet<_>>().len();
            if role.need.is_some_and(|need| need > many || need == 0) || many == 0 {
                return Err(setting(
                    both!(
                        "the number of signers required for `{ruleset}` is not possible",
                        "het vereiste aantal ondertekenaars voor `{ruleset}` is niet mogelijk"
                    ),
                    both!(
                        "it has {many} signers; leave `need` out to require all of them",
                        "er zijn {many} ondertekenaars; laat `need` weg om ze allemaal te laten tekenen"
                    ),
                ));
            }
        }
        Ok(())
    }

    /// The numbers of all keys that count on some day: where signatures may lie is told by them.
    pub fn key_ids(&self) -> impl Iterator<Item = &str> {
        self.signers.values().flat_map(|signer| &signer.key).map(|key| key.id.as_str())
    }

    /// How many signers have to have signed.
    ///
    /// ```
    /// assert_eq!(leidraad_bundle::Trust::default().need(), 0);
    /// ```
    pub fn need(&self) -> usize {
        self.need
    }
    /// The setting as it is written; nothing for one that wants nothing.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a folder may be used, which bears no signatures.
    ///
    /// ```
    /// assert!(leidraad_bundle::Trust::default().takes_folders().is_ok());
    /// ```
    pub fn takes_folders(&self) -> Result<(), Refused> {
        if self.need == 0 && self.roles.is_empty() {
            return Ok(());
        }
        Err(Refused::new(
            Kind::Folder,
            both!("a folder has no signatures, and they are required", "een map heeft geen handtekeningen, en die zijn verplicht"),
            both!("name a bundle that is signed", "noem een bundel die getekend is"),
        ))
    }

    /// Reads a bundle that may be used on a day: signed as is wanted, and no step back behind the one in force, if there is one.
    ///
    /// Signatures are checked before anything is unpacked. One of a key that is not known counts for nothing; one of a known key that does not
    /// fit the file is refused, whatever the others say.
    pub fn accept(&self, parcel: &Parcel, on: Date, in_force: Option<&Manifest>) -> Result<Bundle, Refused> {
        let signed = self.signed(parcel, on)?;
        if signed.who.len() < self.need {
            let (need, names) = (self.need, named(&signed.who));
            let told = signed.told();
            return Err(Refused::new(
                Kind::Unsigned,
                both!([names, told] "signers required: {need}; signed by: {names}{told}", "vereist aantal ondertekenaars: {need}; getekend door: {names}{told}"),
                both!("have it signed with `leidraad sign`", "laat het tekenen met `leidraad sign`"),
            ));
        }
        let bundle = Bundle::read(parcel.file())?;
        if let Some(in_force) = in_force {
            follows(bundle.manifest(), in_force)?;
        }
        for role in &self.roles {
            let is_touched = in_force.is_none_or(|in_force| is_changed(&role.ruleset, bundle.manifest(), in_force));
            let have: BTreeSet<&str> = role.signers.iter().map(String::as_str).filter(|name| signed.who.contains(name)).collect();
            let need = role.need.unwrap_or(role.signers.iter().collect::<BTreeSet<_>>().len());
            if is_touched && have.len() < need {
                let (ruleset, all, names) = (&role.ruleset, role.signers.join(", "), named(&have));
                return Err(Refused::new(
                    Kind::Role,
                    both!(
                        [names] "required for `{ruleset}`: {need} of these signers: {all}; signed by: {names}",
                        "nodig voor `{ruleset}`: {need} van deze ondertekenaars: {all}; getekend door: {names}"
                    ),
                    both!("have them sign it with `leidraad sign`", "laat hen tekenen met `leidraad sign`"),
                ));
            }
        }
        Ok(bundle)
    }

    /// Who has signed a bundle, of those that are known, with a key that is valid on the day.
    ///
    /// ```
    /// use leidraad::date;
    /// use leidraad_bundle::{Parcel, Trust};
    /// assert!(Trust::default().signers(&Parcel::default(), date(2026, 7, 1)).unwrap().is_empty());
    /// ```
    pub fn signers(&self, parcel: &Parcel, on: Date) -> Result<Vec<&str>, Refused> {
        Ok(self.signed(parcel, on)?.who.into_iter().collect())
    }

    fn signed<'t>(&'t self, parcel: &Parcel, on: Date) -> Result<Signed<'t>, Refused> {
        let mut signed = Signed::default();
        for text in parcel.signatures() {
            let Some(signature) = Signature::read(text) else {
                return Err(Refused::new(
                    Kind::BadSignature,
                    both!("a signature cannot be read", "een handtekening is niet te lezen"),
                    both!("sign the bundle anew with `leidraad sign`", "teken de bundel opnieuw met `leidraad sign`"),
                ));
            };
            let known = self.signers.iter().flat_map(|(name, signer)| signer.key.iter().map(move |key| (name, key)));
            match known.into_iter().find(|(_, key)| key.id == signature.key) {
                None => signed.strangers.push(signature.key),
                Some((name, key)) if !signature.fits(&key.public, parcel.file()) => {
                    let id = &key.id;
                    return Err(Refused::new(
                        Kind::BadSignature,
                        both!(
                            "the signature of `{name}` (key {id}) belongs to something other than this bundle",
                            "de handtekening van `{name}` (sleutel {id}) hoort niet bij deze bundel"
                        ),
                        both!(
                            "copy bundle and signature again; if that does not help, have it signed anew",
                            "kopieer bundel en handtekening opnieuw; helpt dat niet, laat dan opnieuw tekenen"
                        ),
                    ));
                }
                Some((name, key)) if !key.counts(on) => signed.untimely.push((name, key)),
                Some((name, _)) => {
                    signed.who.insert(name);
                }
            }
        }
        Ok(signed)
    }
}

/// Who signed.
#[derive(Default)]
struct Signed<'t> {
    who: BTreeSet<&'t str>,
    untimely: Vec<(&'t str, &'t Key)>,
    strangers: Vec<String>,
}

impl Signed<'_> {
    /// Which signatures there are that do not count.
    fn told(&self) -> Bilingual {
        let untimely = self.untimely.iter().map(|(name, key)| {
            let days = match (key.from, key.until) {
                (Some(from), Some(until)) => both!("from {from} to {until} inclusive", "van {from} tot en met {until}"),
                (Some(from), None) => both!("from {from} on", "vanaf {from}"),
                (None, Some(until)) => both!("up to and including {until}", "tot en met {until}"),
                (None, None) => both!("always", "altijd"),
            };
            let id = &key.id;
            both!([days] "; key {id} of `{name}` does not count: it is valid {days}", "; sleutel {id} van `{name}` telt niet: hij is geldig {days}")
        });
        let strangers = self.strangers.iter().map(|id| both!("; key {id} is not known", "; sleutel {id} is niet bekend"));
        let all: Vec<Bilingual> = untimely.chain(strangers).collect();
        Bilingual::each(|language| all.iter().map(|told| told.get(language)).collect())
    }
}

fn named(who: &BTreeSet<&str>) -> Bilingual {
    if who.is_empty() { both!("nobody", "niemand") } else { Bilingual::same(who.iter().copied().collect::<Vec<_>>().join(", ")) }
}

/// A successor has a higher number; the same bundle may come again.
fn follows(next: &Manifest, in_force: &Manifest) -> Result<(), Refused> {
    let (new, old) = (next.sequence, in_force.sequence);
    if new < old {
        return Err(Refused::new(
            Kind::Older,
            both!(
                "this bundle has number {new}, which is lower than number {old}, now in force",
                "deze bundel heeft nummer {new}, en dat is lager dan nummer {old}, dat nu van kracht is"
            ),
            both!(
                "if going back is intended: make the old version into a bundle again, with a higher number: `leidraad bundle --sequence`",
                "is teruggaan de bedoeling: maak de oude versie opnieuw als bundel, met een hoger nummer: `leidraad bundle --sequence`"
            ),
        ));
    }
    if new == old && next.digest != in_force.digest {
        return Err(Refused::new(
            Kind::SameNumber,
            both!("number {new} is in force already, and holds something else", "nummer {new} is al van kracht, en bevat iets anders"),
            both!(
                "make it anew with a higher number: `leidraad bundle --sequence`",
                "maak de bundel opnieuw met een hoger nummer: `leidraad bundle --sequence`"
            ),
        ));
    }
    Ok(())
}

/// Whether a rule set's files are others than those in force.
fn is_changed(ruleset: &str, next: &Manifest, in_force: &Manifest) -> bool {
    let below = format!("rulesets/{ruleset}/");
    let of = |manifest: &Manifest| -> Vec<(String, String)> {
        let files = manifest.files.iter().filter(|file| file.path.starts_with(&below));
        files.map(|file| (file.path.clone(), file.sha256.clone())).collect()
    };
    of(next) != of(in_force)
}
