//! What is written short, and what is said for it.
//!
//! Most of it is from `normalize.json` of hibari-tts 0.2.1 (Apache-2.0).

pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(super) const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// Said so before a name, with a full stop or without one.
pub(super) const TITLES: &[(&str, &str)] = &[
    ("Mr", "Mr"),
    ("Mrs", "Mrs"),
    ("Ms", "Miz"),
    ("Dr", "Dr"),
    ("Prof", "Professor"),
    ("St", "Saint"),
    ("Mt", "Mount"),
    ("Capt", "Captain"),
    ("Lt", "Lieutenant"),
    ("Sgt", "Sergeant"),
    ("Cpl", "Corporal"),
];

/// Said so before a name, but only with their full stop: without it they are words (`Gen Z`, `Rep`).
pub(super) const STOPPED_TITLES: &[(&str, &str)] = &[
    ("Ft", "Fort"),
    ("Gen", "General"),
    ("Gov", "Governor"),
    ("Sen", "Senator"),
    ("Rep", "Representative"),
    ("Col", "Colonel"),
    ("Cmdr", "Commander"),
    ("Rev", "Reverend"),
    ("Hon", "Honorable"),
    ("Pres", "President"),
    ("Supt", "Superintendent"),
    ("Maj", "Major"),
    ("Adm", "Admiral"),
    ("Fr", "Father"),
    ("Msgr", "Monsignor"),
    ("Atty", "Attorney"),
    ("Insp", "Inspector"),
    ("Sr", "Sister"),
];

/// Said so wherever they stand: no words are written like them.
pub(super) const ABBREVIATIONS: &[(&str, &str)] = &[
    ("Mr.", "Mr"),
    ("Mrs.", "Mrs"),
    ("Ms.", "Miz"),
    ("Dr.", "Dr"),
    ("Jr.", "Junior"),
    ("Sr.", "Senior"),
    ("Mt.", "Mount"),
    ("Blvd.", "Boulevard"),
    ("Rd.", "Road"),
    ("Ln.", "Lane"),
    ("Hwy.", "Highway"),
    ("Pkwy.", "Parkway"),
    ("Bldg.", "Building"),
    ("Ltd.", "Limited"),
    ("Inc.", "Incorporated"),
    ("Corp.", "Corporation"),
    ("Bros.", "Brothers"),
    ("Dept.", "Department"),
    ("dept.", "department"),
    ("Univ.", "University"),
    ("Assn.", "Association"),
    ("Govt.", "Government"),
    ("govt.", "government"),
    ("approx.", "approximately"),
    ("vs.", "versus"),
    ("vs", "versus"),
    ("Prof.", "Professor"),
    ("Gov.", "Governor"),
    ("Capt.", "Captain"),
    ("Lt.", "Lieutenant"),
    ("Sgt.", "Sergeant"),
    ("Atty.", "Attorney"),
    ("Supt.", "Superintendent"),
    ("eds.", "editors"),
    ("cf.", "compare"),
    ("et al.", "et al"),
    ("viz.", "namely"),
    ("w/", "with"),
    ("w/o", "without"),
    ("aka", "also known as"),
    ("AKA", "also known as"),
    ("a.k.a.", "also known as"),
    ("BTW", "by the way"),
    ("IMO", "in my opinion"),
    ("TBD", "to be determined"),
    ("tbsp.", "tablespoons"),
];

/// Said so before a number only: elsewhere they are words (`a fig.`, `is no.`).
pub(super) const NUMBERED: &[(&str, &str)] = &[
    ("No", "Number"),
    ("no", "number"),
    ("Nos", "Numbers"),
    ("nos", "numbers"),
    ("Vol", "Volume"),
    ("vol", "volume"),
    ("Vols", "Volumes"),
    ("vols", "volumes"),
    ("Fig", "Figure"),
    ("fig", "figure"),
    ("Figs", "Figures"),
    ("figs", "figures"),
    ("Ch", "Chapter"),
    ("ch", "chapter"),
    ("Chap", "Chapter"),
    ("chap", "chapter"),
    ("pp", "pages"),
    ("p", "page"),
    ("Sec", "Section"),
    ("sec", "section"),
    ("Art", "Article"),
    ("art", "article"),
    ("Eq", "Equation"),
    ("eq", "equation"),
    ("Apt", "Apartment"),
    ("apt", "apartment"),
    ("Ste", "Suite"),
    ("Rte", "Route"),
    ("Ext", "Extension"),
    ("ext", "extension"),
    ("ver", "version"),
    ("Ver", "Version"),
    ("ca", "circa"),
    ("est", "established"),
];

/// What follows the name of a street.
pub(super) const STREETS: &[(&str, &str)] = &[
    ("St", "Street"),
    ("Dr", "Drive"),
    ("Ave", "Avenue"),
    ("Ct", "Court"),
    ("Pl", "Place"),
    ("Sq", "Square"),
    ("Ter", "Terrace"),
    ("Cres", "Crescent"),
];

/// A unit, one of it and many. Single letters are units only behind a number that is an amount.
pub(super) const UNITS: &[(&str, (&str, &str))] = &[
    ("km", ("kilometer", "kilometers")),
    ("cm", ("centimeter", "centimeters")),
    ("mm", ("millimeter", "millimeters")),
    ("kg", ("kilogram", "kilograms")),
    ("mg", ("milligram", "milligrams")),
    ("lb", ("pound", "pounds")),
    ("lbs", ("pounds", "pounds")),
    ("oz", ("ounce", "ounces")),
    ("ft", ("foot", "feet")),
    ("mi", ("mile", "miles")),
    ("ml", ("milliliter", "milliliters")),
    ("mL", ("milliliter", "milliliters")),
    ("cl", ("centiliter", "centiliters")),
    ("dl", ("deciliter", "deciliters")),
    ("kph", ("kilometers per hour", "kilometers per hour")),
    ("mph", ("miles per hour", "miles per hour")),
    ("km/h", ("kilometers per hour", "kilometers per hour")),
    ("kmh", ("kilometers per hour", "kilometers per hour")),
    ("m/s", ("meters per second", "meters per second")),
    ("Hz", ("hertz", "hertz")),
    ("kHz", ("kilohertz", "kilohertz")),
    ("MHz", ("megahertz", "megahertz")),
    ("GHz", ("gigahertz", "gigahertz")),
    ("KB", ("kilobyte", "kilobytes")),
    ("kB", ("kilobyte", "kilobytes")),
    ("MB", ("megabyte", "megabytes")),
    ("GB", ("gigabyte", "gigabytes")),
    ("TB", ("terabyte", "terabytes")),
    ("Mbps", ("megabits per second", "megabits per second")),
    ("Gbps", ("gigabits per second", "gigabits per second")),
    ("hr", ("hour", "hours")),
    ("hrs", ("hours", "hours")),
    ("min", ("minute", "minutes")),
    ("mins", ("minutes", "minutes")),
    ("sec", ("second", "seconds")),
    ("secs", ("seconds", "seconds")),
    ("ms", ("millisecond", "milliseconds")),
    ("sq ft", ("square foot", "square feet")),
    ("sq m", ("square meter", "square meters")),
    ("sq km", ("square kilometer", "square kilometers")),
    ("sq mi", ("square mile", "square miles")),
    ("m²", ("square meter", "square meters")),
    ("m³", ("cubic meter", "cubic meters")),
    ("km²", ("square kilometer", "square kilometers")),
    ("cm²", ("square centimeter", "square centimeters")),
    ("cm³", ("cubic centimeter", "cubic centimeters")),
    ("ft²", ("square foot", "square feet")),
    ("yd", ("yard", "yards")),
    ("kWh", ("kilowatt hour", "kilowatt hours")),
    ("kW", ("kilowatt", "kilowatts")),
    ("MW", ("megawatt", "megawatts")),
    ("GW", ("gigawatt", "gigawatts")),
    ("kV", ("kilovolt", "kilovolts")),
    ("mV", ("millivolt", "millivolts")),
    ("mA", ("milliamp", "milliamps")),
    ("mAh", ("milliamp hours", "milliamp hours")),
    ("kPa", ("kilopascal", "kilopascals")),
    ("hPa", ("hectopascal", "hectopascals")),
    ("dB", ("decibel", "decibels")),
    ("kcal", ("kilocalorie", "kilocalories")),
    ("kJ", ("kilojoule", "kilojoules")),
    ("ha", ("hectare", "hectares")),
    ("rpm", ("revolutions per minute", "revolutions per minute")),
    ("bpm", ("beats per minute", "beats per minute")),
    ("fps", ("frames per second", "frames per second")),
    ("cc", ("cubic centimeter", "cubic centimeters")),
    ("mcg", ("microgram", "micrograms")),
    ("µg", ("microgram", "micrograms")),
    ("μg", ("microgram", "micrograms")),
    ("nm", ("nanometer", "nanometers")),
    ("µm", ("micrometer", "micrometers")),
    ("μm", ("micrometer", "micrometers")),
    ("tsp", ("teaspoon", "teaspoons")),
    ("tbsp", ("tablespoon", "tablespoons")),
    ("gal", ("gallon", "gallons")),
    ("pct", ("percent", "percent")),
    ("Ω", ("ohm", "ohms")),
    ("kΩ", ("kilohm", "kilohms")),
];

/// Units of one letter.
pub(super) const LETTERS: &[(&str, (&str, &str))] = &[
    ("m", ("meter", "meters")),
    ("g", ("gram", "grams")),
    ("L", ("liter", "liters")),
    ("l", ("liter", "liters")),
    ("W", ("watt", "watts")),
    ("V", ("volt", "volts")),
    ("h", ("hour", "hours")),
    ("t", ("ton", "tons")),
];

/// A currency, one of it and many; its sign or its letters stand before the sum or after it.
pub(super) const CURRENCIES: &[(&str, (&str, &str))] = &[
    ("$", ("dollar", "dollars")),
    ("£", ("pound", "pounds")),
    ("€", ("euro", "euros")),
    ("¥", ("yen", "yen")),
    ("₹", ("rupee", "rupees")),
    ("₩", ("won", "won")),
    ("₽", ("ruble", "rubles")),
    ("₺", ("lira", "lira")),
    ("₪", ("shekel", "shekels")),
    ("₫", ("dong", "dong")),
    ("฿", ("baht", "baht")),
    ("₱", ("peso", "pesos")),
    ("₦", ("naira", "naira")),
    ("₿", ("bitcoin", "bitcoins")),
    ("US$", ("U.S. dollar", "U.S. dollars")),
    ("A$", ("Australian dollar", "Australian dollars")),
    ("AU$", ("Australian dollar", "Australian dollars")),
    ("C$", ("Canadian dollar", "Canadian dollars")),
    ("CA$", ("Canadian dollar", "Canadian dollars")),
    ("HK$", ("Hong Kong dollar", "Hong Kong dollars")),
    ("NZ$", ("New Zealand dollar", "New Zealand dollars")),
    ("S$", ("Singapore dollar", "Singapore dollars")),
    ("R$", ("Brazilian real", "Brazilian reals")),
    ("Rs", ("rupee", "rupees")),
    ("USD", ("dollar", "dollars")),
    ("EUR", ("euro", "euros")),
    ("GBP", ("pound", "pounds")),
    ("JPY", ("yen", "yen")),
    ("CNY", ("yuan", "yuan")),
    ("RMB", ("yuan", "yuan")),
    ("INR", ("rupee", "rupees")),
    ("CHF", ("Swiss franc", "Swiss francs")),
    ("AUD", ("Australian dollar", "Australian dollars")),
    ("CAD", ("Canadian dollar", "Canadian dollars")),
    ("KRW", ("won", "won")),
    ("SEK", ("Swedish krona", "Swedish kronor")),
];

/// Signs that are read wherever nothing else was made of them.
pub(super) const SYMBOLS: &[(&str, &str)] = &[
    ("!==", "not equal to"),
    ("!=", "not equal to"),
    ("≠", "not equal to"),
    ("<=", "less than or equal to"),
    (">=", "greater than or equal to"),
    ("≤", "less than or equal to"),
    ("≥", "greater than or equal to"),
    ("==", "equals"),
    ("=>", "to"),
    ("->", "to"),
    ("→", "to"),
    ("⇒", "to"),
    ("←", ""),
    ("≈", "approximately"),
    ("=", "equals"),
    ("<", "less than"),
    (">", "greater than"),
    ("~", "about"),
    ("°", "degrees"),
    ("¢", "cents"),
    ("§", "section"),
    ("¶", "paragraph"),
    ("±", "plus or minus"),
    ("×", "times"),
    ("÷", "divided by"),
    ("√", "the square root of"),
    ("∞", "infinity"),
    ("‰", "per mille"),
    ("™", ""),
    ("®", ""),
    ("©", "copyright"),
    ("•", ""),
    ("·", ""),
    ("²", " squared"),
    ("³", " cubed"),
    ("µ", "micro"),
    ("π", "pi"),
    ("α", "alpha"),
    ("β", "beta"),
    ("γ", "gamma"),
    ("δ", "delta"),
    ("λ", "lambda"),
    ("|", ", "),
    ("*", " "),
    ("^", " to the power of "),
    ("_", " "),
    ("\\", " "),
];

/// Words that stand before a name or begin a sentence with a capital, and are no name themselves.
pub(super) const FUNCTION_WORDS: &str = " a about after all also although an and another any are as at \
    be because before between both but by can could did do does during each even every few first for \
    from had has have he her here his how however i if in into is it its let like many may maybe me \
    meanwhile more most my near never next no nor not now of often on once one only or other our out \
    over perhaps please see she should since so some soon still such than thank that the their then \
    there these they this those though through to today tomorrow too two under until up us very was we \
    were what when where which while who why will with within without would yes yesterday yet you your \
    visit ";

pub(super) fn is_function_word(word: &str) -> bool {
    let lower = word
        .trim_end_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase();
    let stem = lower.split('\'').next().unwrap_or_default();
    !stem.is_empty() && FUNCTION_WORDS.contains(&format!(" {stem} "))
}

pub(super) fn find<T: Copy>(table: &[(&str, T)], written: &str) -> Option<T> {
    table
        .iter()
        .find(|(name, _)| *name == written)
        .map(|(_, said)| *said)
}

/// Words as alternatives, longest first so that none hides another.
pub(super) fn any_of<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let mut words: Vec<_> = words.into_iter().collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    let escaped: Vec<_> = words.into_iter().map(fancy_regex::escape).collect();
    escaped.join("|")
}

pub(super) fn names<T>(table: &[(&'static str, T)]) -> String {
    any_of(table.iter().map(|(name, _)| *name))
}
