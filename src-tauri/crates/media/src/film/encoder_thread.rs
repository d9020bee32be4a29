//! A film written on a thread of its own: the models do not wait for the encoder, and it waits for them.

use std::{
    io,
    sync::mpsc::{self, SyncSender},
    thread::{self, JoinHandle},
};

use super::writer::FilmWriter;
use crate::{Picture, labels::Label};

/// Frames that may wait for the encoder: more would only be memory.
const WAITING: usize = 4;

type Written = io::Result<Box<dyn FilmWriter>>;

/// Dropped without [`EncoderThread::finish`], it stops; the file is then for its owner to remove.
#[derive(Debug)]
pub struct EncoderThread {
    frames: Option<SyncSender<(Picture, u64)>>,
    thread: Option<JoinHandle<Written>>,
}

impl EncoderThread {
    /// # Errors
    /// When the system gives no thread.
    pub fn new(mut writer: Box<dyn FilmWriter>) -> io::Result<Self> {
        let (frames, waiting) = mpsc::sync_channel::<(Picture, u64)>(WAITING);
        let thread = thread::Builder::new()
            .name("quartet-encoder".to_owned())
            .spawn(move || {
                for (picture, ticks) in waiting {
                    writer.frame(picture, ticks)?;
                }
                Ok(writer)
            })?;
        Ok(Self {
            frames: Some(frames),
            thread: Some(thread),
        })
    }

    /// Hands a frame on; waits where the encoder is behind.
    ///
    /// # Errors
    /// Why a frame before this one could not be written.
    pub fn frame(&mut self, picture: Picture, ticks: u64) -> io::Result<()> {
        let sent = self
            .frames
            .as_ref()
            .map(|frames| frames.send((picture, ticks)));
        if matches!(sent, Some(Ok(()))) {
            return Ok(());
        }
        self.join().map(drop)
    }

    /// Waits for the last frame, and writes the label and the end.
    ///
    /// # Errors
    /// Those of the disk and of the encoder.
    pub fn finish(mut self, label: &Label) -> io::Result<()> {
        self.join()?.finish(label)
    }

    fn join(&mut self) -> Written {
        self.frames = None;
        let gone = || io::Error::other("the film was given up");
        let thread = self.thread.take().ok_or_else(gone)?;
        thread
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("the encoder made a mistake")))
    }
}

impl Drop for EncoderThread {
    fn drop(&mut self) {
        self.frames = None;
        // The file must not be written to any more when its owner removes it.
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk with room for this many frames.
    struct Disk(usize);

    impl FilmWriter for Disk {
        fn frame(&mut self, _: Picture, _: u64) -> io::Result<()> {
            self.0 = self.0.checked_sub(1).ok_or(io::ErrorKind::StorageFull)?;
            Ok(())
        }

        fn finish(self: Box<Self>, _: &Label) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_full_disk_is_reported_by_one_of_the_next_frames() {
        let mut encoder = EncoderThread::new(Box::new(Disk(2))).unwrap();
        let picture = Picture::new(1, 1, vec![0; 3]).unwrap();
        let error = (0..20).find_map(|_| encoder.frame(picture.clone(), 1).err());
        assert_eq!(error.unwrap().kind(), io::ErrorKind::StorageFull);
    }
}
