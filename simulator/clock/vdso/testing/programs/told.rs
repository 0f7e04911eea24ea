use std::time::{Duration, SystemTime, UNIX_EPOCH};

fn main() {
    loop {
        println!("{:.6}", SystemTime::now().duration_since(UNIX_EPOCH).map_or(-1.0, |it| it.as_secs_f64()));
        std::thread::sleep(Duration::from_millis(20));
    }
}
