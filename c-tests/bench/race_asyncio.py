#!/usr/bin/env python3
"""A client of asyncio, for races.c: race_asyncio.py NAME PORT COUNT"""
import asyncio
import sys
import time


async def main(name, port, count):
    loop = asyncio.get_running_loop()
    # the thread that looks names up is there before
    await loop.getaddrinfo("127.0.0.1", port)
    for _ in range(count):
        began = time.monotonic()
        try:
            transport, _ = await asyncio.wait_for(
                loop.create_connection(asyncio.Protocol, name, port,
                                       happy_eyeballs_delay=0.25), 20)
        except (OSError, asyncio.TimeoutError):
            print(-1, flush=True)
            break
        print(f"{(time.monotonic() - began) * 1e3:.3f}", flush=True)
        transport.abort()


asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
