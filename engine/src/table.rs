//! A table of text in, as spreadsheets save it; where its header begins, what stands between its cells, and where a cell goes on, out.

/// How a table of text is laid out.
///
/// ```
/// use leidraad::table::Layout;
/// assert_eq!(Layout::of(b"sep=;\r\nservice;leiden\r\n"), Layout { skip: 7, delimiter: b';' });
/// assert_eq!(Layout::of(b"\"service; per customer\",leiden"), Layout { skip: 0, delimiter: b',' });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// the bytes before the header: a mark of the encoding, and a line that names the separator
    pub skip: usize,
    /// what stands between two cells: `,`, `;` or a tab
    pub delimiter: u8,
}

/// What can stand between cells; of two that would make as many of the header, the first.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

impl Layout {
    /// Looks at the first bytes of a table, its whole header among them.
    pub fn of(head: &[u8]) -> Layout {
        let mark = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let text = head.get(mark..).unwrap_or_default();
        let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let said = line.strip_suffix(b"\r").unwrap_or(line);
        let said = said.strip_prefix(b"\"").and_then(|said| said.strip_suffix(b"\"")).unwrap_or(said);
        if let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] = said
            && DELIMITERS.contains(delimiter)
        {
            return Layout { skip: (mark + line.len() + 1).min(head.len()), delimiter: *delimiter };
        }
        let cells = |delimiter: u8| {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text);
            let mut header = csv::ByteRecord::new();
            // What cannot be read is told by whoever reads it.
            if reader.read_byte_record(&mut header).is_ok() { header.len() } else { 0 }
        };
        let most = DELIMITERS.into_iter().rev().max_by_key(|delimiter| cells(*delimiter));
        Layout { skip: mark, delimiter: most.unwrap_or(b',') }
    }
}

/// Whether a quote is open: one that begins a cell, up to the next that is not doubled.
///
/// ```
/// let mut quotes = leidraad::table::Quotes::default();
/// quotes.read(b"a,\"two\nlines", b',');
/// assert_eq!((quotes.is_open(), quotes.open_at()), (true, Some(2)));
/// ```
#[derive(Debug, Default, Clone, Copy)]
pub struct Quotes {
    state: State,
    read: usize,
    began: usize,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Begin,
    Plain,
    Open,
    /// Behind a quote that closes, or is the first of two.
    Closing,
}

impl Quotes {
    /// Goes on with more of the table.
    pub fn read(&mut self, bytes: &[u8], delimiter: u8) {
        for byte in bytes {
            let before = self.state;
            self.state = match (before, *byte) {
                (State::Open, b'"') => State::Closing,
                (State::Closing, b'"') | (State::Open, _) => State::Open,
                (_, byte) if byte == delimiter || byte == b'\n' || byte == b'\r' => State::Begin,
                (State::Begin, b'"') => State::Open,
                (State::Begin, b' ') => State::Begin,
                _ => State::Plain,
            };
            if before == State::Begin && self.state == State::Open {
                self.began = self.read;
            }
            self.read += 1;
        }
    }
    /// Whether the last cell that was read goes on.
    pub fn is_open(&self) -> bool {
        self.state == State::Open
    }
    /// The byte at which the cell that goes on begins, counted from the first that was read.
    pub fn open_at(&self) -> Option<usize> {
        self.is_open().then_some(self.began)
    }
}
