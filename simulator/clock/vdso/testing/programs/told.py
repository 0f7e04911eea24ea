import threading
import time

lock = threading.Lock()
lock.acquire()
while True:
    print(time.time(), flush=True)
    time.sleep(0.01)
    lock.acquire(timeout=0.01)
