//! What this process takes of the computer, and whether it talks to any other.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use serde::{Deserialize, Serialize};
use specta::Type;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Vitals {
    /// Resident memory of the process.
    pub resident_mb: u32,
    /// What the loaded models were estimated to take.
    pub models_mb: u32,
    /// What models may take together.
    pub budget_mb: u32,
    /// Internet sockets the process holds open; none where the system does not say.
    pub connections: Option<u32>,
    pub threads: Option<u32>,
    /// Queued and running.
    pub jobs: u32,
}

pub(crate) const MB: u64 = 1 << 20;

#[cfg(target_os = "linux")]
mod system {
    use std::{collections::HashSet, fs};

    /// Lines such as `VmRSS:     1234 kB` in a file of /proc.
    fn field(file: &str, name: &str) -> Option<u64> {
        let text = fs::read_to_string(file).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim_start_matches(':')
            .split_whitespace()
            .next()?
            .parse()
            .ok()
    }

    pub fn resident_bytes() -> u64 {
        field("/proc/self/status", "VmRSS").unwrap_or(0) * 1024
    }

    pub fn physical_bytes() -> u64 {
        field("/proc/meminfo", "MemTotal").unwrap_or(0) * 1024
    }

    pub fn threads() -> Option<u32> {
        field("/proc/self/status", "Threads").map(|count| count as u32)
    }

    /// Sockets of the internet families among this process's open files. The tables of /proc/net
    /// list every process's sockets, so each is matched by its inode.
    pub fn connections() -> Option<u32> {
        let own: HashSet<u64> = fs::read_dir("/proc/self/fd")
            .ok()?
            .flatten()
            .filter_map(|entry| fs::read_link(entry.path()).ok())
            .filter_map(|link| {
                let name = link.to_str()?;
                name.strip_prefix("socket:[")?
                    .strip_suffix(']')?
                    .parse()
                    .ok()
            })
            .collect();
        let tables = ["tcp", "tcp6", "udp", "udp6", "raw", "raw6"];
        let count = tables
            .iter()
            .filter_map(|table| fs::read_to_string(format!("/proc/self/net/{table}")).ok())
            .flat_map(|text| text.lines().skip(1).filter_map(inode).collect::<Vec<_>>())
            .filter(|inode| own.contains(inode))
            .count();
        Some(count as u32)
    }

    /// The tenth column of `/proc/net/tcp` and its siblings (the kernel's `proc_net_tcp.rst`).
    fn inode(line: &str) -> Option<u64> {
        line.split_whitespace().nth(9)?.parse().ok()
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use sysinfo::{ProcessRefreshKind, ProcessesToUpdate, System};

    pub fn resident_bytes() -> u64 {
        let Ok(id) = sysinfo::get_current_pid() else {
            return 0;
        };
        let mut system = System::new();
        let kind = ProcessRefreshKind::nothing().with_memory();
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&[id]), false, kind);
        system.process(id).map_or(0, sysinfo::Process::memory)
    }

    pub fn physical_bytes() -> u64 {
        let mut system = System::new();
        system.refresh_memory();
        system.total_memory()
    }

    pub fn threads() -> Option<u32> {
        None
    }

    pub fn connections() -> Option<u32> {
        None
    }
}

/// Looks at the memory of the process every few milliseconds and remembers the most.
#[derive(Debug)]
pub(crate) struct PeakWatch {
    peak: Arc<AtomicU64>,
    /// Its end is the watcher's.
    _stop: mpsc::Sender<()>,
}

impl PeakWatch {
    const INTERVAL: Duration = Duration::from_millis(4);

    pub(crate) fn start() -> Self {
        let peak = Arc::new(AtomicU64::new(resident_bytes()));
        let (stop, stopped) = mpsc::channel::<()>();
        let seen = Arc::clone(&peak);
        // Without a thread to spare the first look has to do.
        let _ = thread::Builder::new()
            .name("quartet-memory".to_owned())
            .spawn(move || {
                while stopped.recv_timeout(Self::INTERVAL) == Err(mpsc::RecvTimeoutError::Timeout) {
                    seen.fetch_max(resident_bytes(), Ordering::Relaxed);
                }
            });
        Self { peak, _stop: stop }
    }

    /// The most so far, in bytes.
    pub(crate) fn peak(&self) -> u64 {
        self.peak
            .fetch_max(resident_bytes(), Ordering::Relaxed)
            .max(self.peak.load(Ordering::Relaxed))
    }
}

pub(crate) use system::{connections, physical_bytes, resident_bytes, threads};

/// What models may take together, in bytes: what was chosen, or half of the physical memory.
pub(crate) fn budget_bytes(chosen_mb: u32) -> u64 {
    if chosen_mb == 0 {
        // A system that does not say its memory gets the laptop of ten years ago.
        (physical_bytes() / 2).max(1024 * MB)
    } else {
        u64::from(chosen_mb) * MB
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_takes_some_memory_and_the_computer_has_more() {
        assert!(resident_bytes() > 100_000);
        assert!(physical_bytes() > resident_bytes());
        assert_eq!(budget_bytes(300), 300 * MB);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_most_memory_is_remembered_after_it_was_given_back() {
        let watch = PeakWatch::start();
        let before = watch.peak();
        let held = vec![1_u8; 64 << 20];
        thread::sleep(Duration::from_millis(30));
        assert!(held.iter().all(|&byte| byte == 1));
        drop(held);
        let peak = watch.peak();
        assert!(peak >= before + (60 << 20), "{before} {peak}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn an_open_internet_socket_is_counted_until_it_is_closed() {
        // Other tests of this binary open none.
        assert_eq!(connections(), Some(0));
        let sockets = (
            std::net::TcpListener::bind("127.0.0.1:0").unwrap(),
            std::net::UdpSocket::bind("127.0.0.1:0").unwrap(),
            std::os::unix::net::UnixDatagram::unbound().unwrap(),
        );
        assert_eq!(connections(), Some(2));
        drop(sockets);
        assert_eq!(connections(), Some(0));
    }
}
