//! What stands between client and server, and fails when it is told to: [`Proxy`].

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

/// Hands bytes on between a client and the server.
pub(crate) struct Proxy {
    address: SocketAddr,
    faults: Arc<Faults>,
}

#[derive(Default)]
struct Faults {
    /// Takes what the client says and hands nothing on.
    hangs: AtomicBool,
    /// How many times more a connection is cut when the client says something.
    cuts: AtomicUsize,
}

impl Proxy {
    pub(crate) fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let faults = Arc::new(Faults::default());
        let shared = Arc::clone(&faults);
        thread::spawn(move || {
            for client in listener.incoming() {
                join(client.unwrap(), server, &shared);
            }
        });
        Self { address, faults }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn hang(&self, hangs: bool) {
        self.faults.hangs.store(hangs, Ordering::SeqCst);
    }

    pub(crate) fn cut(&self, times: usize) {
        self.faults.cuts.store(times, Ordering::SeqCst);
    }

    /// How many of the cuts are still to come.
    pub(crate) fn cuts_left(&self) -> usize {
        self.faults.cuts.load(Ordering::SeqCst)
    }
}

fn join(client: TcpStream, server: SocketAddr, faults: &Arc<Faults>) {
    let Ok(server) = TcpStream::connect(server) else {
        return;
    };
    let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let faults = Arc::clone(faults);
    thread::spawn(move || forward(from, to, &faults));
    thread::spawn(move || forward(server, client, &Faults::default()));
}

fn forward(mut from: TcpStream, mut to: TcpStream, faults: &Faults) {
    let mut bytes = [0; 16_384];
    while let Ok(length @ 1..) = from.read(&mut bytes) {
        let fewer = |cuts: usize| cuts.checked_sub(1);
        let cut = faults
            .cuts
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, fewer);
        if cut.is_ok() {
            break;
        }
        if faults.hangs.load(Ordering::SeqCst) {
            continue;
        }
        if to.write_all(&bytes[..length]).is_err() {
            break;
        }
    }
    // Whoever closed it before is not waited for.
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}
