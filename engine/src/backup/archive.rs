//! The archive: tar in gzip, written and read piece by piece. What is read may be anything: only plain entries are
//! known, their sizes are bounded by whoever asks, and every byte is covered by a checksum.

use std::io::{self, BufRead, Chain, Cursor, Read, Write};

use flate2::{Compression, bufread::GzDecoder, write::GzEncoder};
use sha2::{Digest, Sha256};
use tar::{EntryType, Header};

use super::{Fault, damaged, hex};

const BLOCK: usize = 512;
/// How a file that we compress begins: nothing in it says when, by what or under which name it was made.
const START: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// Puts entries together, into memory that is emptied by [`Packer::take`].
pub(super) struct Packer {
    gz: GzEncoder<Vec<u8>>,
    hash: Sha256,
    size: u64,
}

impl Packer {
    pub(super) fn new() -> Self {
        let gz = GzEncoder::new(Vec::new(), Compression::default());
        Self { gz, hash: Sha256::new(), size: 0 }
    }

    /// Begins an entry of so many bytes.
    pub(super) fn open_entry(&mut self, name: &str, size: u64, at: i64) -> io::Result<()> {
        let mut header = Header::new_ustar();
        header.set_path(name)?;
        header.set_entry_type(EntryType::Regular);
        header.set_size(size);
        header.set_mode(0o600);
        header.set_mtime(at.unsigned_abs());
        header.set_cksum();
        hash_name(&mut self.hash, name, size);
        self.size = size;
        self.gz.write_all(header.as_bytes())
    }

    /// A piece of the entry.
    pub(super) fn piece(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.gz.write_all(bytes)
    }

    /// The entry is whole.
    pub(super) fn end(&mut self) -> io::Result<()> {
        self.gz.write_all(&[0; BLOCK][..padding(self.size)])
    }

    /// A whole entry.
    pub(super) fn entry(&mut self, name: &str, bytes: &[u8], at: i64) -> io::Result<()> {
        self.open_entry(name, bytes.len() as u64, at)?;
        self.piece(bytes)?;
        self.end()
    }

    /// The checksum of all entries until now.
    pub(super) fn checksum(&self) -> String {
        hex(&self.hash.clone().finalize())
    }

    /// What is ready to be written.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(self.gz.get_mut())
    }

    /// The rest, with the end of the archive.
    pub(super) fn finish(mut self) -> io::Result<Vec<u8>> {
        self.gz.write_all(&[0; 2 * BLOCK])?;
        self.gz.finish()
    }
}

/// Takes entries apart.
pub(super) struct Unpacker<R> {
    gz: GzDecoder<Chain<Cursor<[u8; START.len()]>, R>>,
    hash: Sha256,
    left: u64,
    padding: usize,
}

/// An entry: what it is called, and how many bytes it has.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) size: u64,
}

impl<R: BufRead> Unpacker<R> {
    /// From a file that begins as ours do.
    pub(super) fn new(mut source: R) -> Result<Self, Fault> {
        let mut start = [0; START.len()];
        source.read_exact(&mut start).map_err(cut_short)?;
        if start != START {
            return Err(damaged("it does not begin as one"));
        }
        let gz = GzDecoder::new(Cursor::new(start).chain(source));
        Ok(Self { gz, hash: Sha256::new(), left: 0, padding: 0 })
    }

    /// The next entry; none at the end of the archive.
    pub(super) fn next(&mut self) -> Result<Option<Entry>, Fault> {
        if self.left > 0 {
            return Err(Fault::Error(crate::error::Error::bug("an entry was not read to its end")));
        }
        self.skip_padding()?;
        let mut block = [0; BLOCK];
        self.gz.read_exact(&mut block).map_err(cut_short)?;
        if block == [0; BLOCK] {
            return self.expect_end().map(|()| None);
        }
        let entry = entry(Header::from_byte_slice(&block))?;
        (self.left, self.padding) = (entry.size, padding(entry.size));
        Ok(Some(entry))
    }

    /// The next bytes of the entry; none at its end.
    pub(super) fn piece(&mut self, buffer: &mut [u8]) -> Result<usize, Fault> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        self.gz.read_exact(&mut buffer[..most]).map_err(cut_short)?;
        self.hash.update(&buffer[..most]);
        self.left -= most as u64;
        Ok(most)
    }

    /// All bytes of the entry, which may have so many at the most.
    pub(super) fn all(&mut self, most: usize) -> Result<Vec<u8>, Fault> {
        let size = usize::try_from(self.left).ok().filter(|size| *size <= most);
        let size = size.ok_or_else(|| damaged("an entry is too large"))?;
        let mut bytes = vec![0; size];
        self.piece(&mut bytes)?;
        Ok(bytes)
    }

    /// The entry is one that the checksum covers.
    pub(super) fn count(&mut self, entry: &Entry) {
        hash_name(&mut self.hash, &entry.name, entry.size);
    }

    /// The checksum of all entries until now.
    pub(super) fn checksum(&self) -> String {
        hex(&self.hash.clone().finalize())
    }

    fn skip_padding(&mut self) -> Result<(), Fault> {
        let mut block = [0; BLOCK];
        self.gz.read_exact(&mut block[..self.padding]).map_err(cut_short)?;
        self.padding = 0;
        expect_zeros(&block)
    }

    /// The rest is as we write it, and nothing comes after it.
    fn expect_end(&mut self) -> Result<(), Fault> {
        let mut block = [0; BLOCK];
        self.gz.read_exact(&mut block).map_err(cut_short)?;
        expect_zeros(&block)?;
        let more = self.gz.read(&mut block).map_err(cut_short)?;
        let behind = self.gz.get_mut().read(&mut block)?;
        if more + behind > 0 {
            return Err(damaged("something comes after its end"));
        }
        Ok(())
    }
}

fn entry(header: &Header) -> Result<Entry, Fault> {
    let wrong = |_| damaged("an entry has no readable header");
    let sum: u32 = header.cksum().map_err(wrong)?;
    let mut copy = header.clone();
    copy.set_cksum();
    let is_whole = copy.cksum().ok() == Some(sum) && header.entry_type() == EntryType::Regular;
    if !is_whole {
        return Err(damaged("an entry has no readable header"));
    }
    let name = String::from_utf8(header.path_bytes().into_owned());
    let name = name.map_err(|_| damaged("an entry has no readable name"))?;
    Ok(Entry { name, size: header.entry_size().map_err(wrong)? })
}

fn hash_name(hash: &mut Sha256, name: &str, size: u64) {
    hash.update((name.len() as u64).to_le_bytes());
    hash.update(name);
    hash.update(size.to_le_bytes());
}

fn padding(size: u64) -> usize {
    usize::try_from(size % BLOCK as u64).map_or(0, |over| (BLOCK - over) % BLOCK)
}

fn expect_zeros(block: &[u8]) -> Result<(), Fault> {
    match block.iter().all(|byte| *byte == 0) {
        true => Ok(()),
        false => Err(damaged("there is something between its entries")),
    }
}

/// What a decoder says of a file that ends too early, or is damaged, is of no help to anybody.
fn cut_short(cause: io::Error) -> Fault {
    match cause.kind() {
        io::ErrorKind::UnexpectedEof => damaged("it ends too early"),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
            damaged("its bytes have changed since it was made")
        }
        _ => Fault::Io(cause),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed() -> Vec<u8> {
        let mut packer = Packer::new();
        packer.entry("a.json", b"{}", 0).unwrap();
        packer.entry("files/b", &[7; 1000], 0).unwrap();
        packer.finish().unwrap()
    }

    fn names(bytes: &[u8]) -> Result<Vec<String>, Fault> {
        let mut unpacker = Unpacker::new(bytes)?;
        let mut names = Vec::new();
        while let Some(entry) = unpacker.next()? {
            unpacker.count(&entry);
            unpacker.all(10_000)?;
            names.push(entry.name);
        }
        Ok(names)
    }

    #[test]
    fn entries_come_out_as_they_went_in() {
        assert_eq!(names(&packed()).unwrap(), ["a.json", "files/b"]);
    }

    #[test]
    fn no_byte_can_be_another_and_none_be_missing_or_more() {
        let good = packed();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 0x10;
            assert!(names(&bad).is_err(), "byte {at} of {}", good.len());
            assert!(names(&good[..at]).is_err(), "cut at {at}");
        }
        assert!(names(&[&good[..], &[0]].concat()).is_err());
    }
}
