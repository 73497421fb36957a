"""Python's websockets as the peer of ws_peers, in both directions.

    ws_peers.py <ws_peers>
"""
import asyncio
import logging
import os
import random
import subprocess
import sys

import websockets
from websockets.extensions.permessage_deflate import (
    ClientPerMessageDeflateFactory,
    ServerPerMessageDeflateFactory,
)

logging.getLogger("websockets").setLevel(logging.CRITICAL)
program = sys.argv[1]
SIZES = [0, 1, 125, 126, 127, 1019, 1023, 1024, 1025, 1029, 4095, 65535, 65536, 300000]


def messages():
    noise = random.Random(7)
    for size in SIZES:
        yield noise.randbytes(size)
        yield bytes(size)
        yield ("\u20ac" * (size // 3 + 1))[:size]


async def talk(uri, **how):
    """Everything that an echo can show on one connection."""
    async with websockets.connect(uri, max_size=None, subprotocols=["echo"], **how) as ws:
        assert ws.subprotocol == "echo"
        for message in messages():
            await ws.send(message)
            assert await ws.recv() == message
        # fragments, cut inside characters as well
        await ws.send(["frag", "", "men", "ted"])
        assert await ws.recv() == "fragmented"
        await ws.send([b"\x00\xff", bytes(5000), b""])
        assert await ws.recv() == b"\x00\xff" + bytes(5000)
        # pings while messages are under way
        pong = await ws.ping(b"are you there?")
        for n in range(100):
            await ws.send(f"message {n}, much like the one before")
        for n in range(100):
            assert await ws.recv() == f"message {n}, much like the one before"
        await asyncio.wait_for(pong, 10)
        await ws.close(4321, "enough")
    assert ws.close_code == 4321 and ws.close_reason == "enough", ws.close_code


async def against_server(port):
    uri = f"ws://127.0.0.1:{port}/"
    await talk(uri, compression=None)
    await talk(uri, compression="deflate")
    for how in [
        {"server_no_context_takeover": True},
        {"client_no_context_takeover": True},
        {"server_no_context_takeover": True, "client_no_context_takeover": True},
        {"server_max_window_bits": 9},
        {"server_max_window_bits": 12, "client_max_window_bits": 9},
    ]:
        await talk(uri, compression=None, extensions=[ClientPerMessageDeflateFactory(**how)])
    # many at a time
    await asyncio.gather(*[talk(uri) for _ in range(5)])
    # a message that is too large for the program
    async with websockets.connect(uri, max_size=None, subprotocols=["echo"]) as ws:
        try:
            await ws.send(bytes(8 << 20))
            await ws.recv()
            raise AssertionError("8 MiB came back")
        except websockets.ConnectionClosed:
            assert ws.close_code == 1009, ws.close_code


async def against_client(**how):
    codes = []

    async def echo(ws):
        async for message in ws:
            await ws.send(message)
        codes.append((ws.close_code, ws.close_reason))

    async with websockets.serve(echo, "127.0.0.1", 0, max_size=None, **how) as server:
        port = server.sockets[0].getsockname()[1]
        client = await asyncio.create_subprocess_exec(program, "ask", str(port))
        assert await asyncio.wait_for(client.wait(), 60) == 0, how
    assert codes == [(1000, "done")], codes


async def main():
    server = subprocess.Popen(
        [program, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        await asyncio.wait_for(against_server(int(server.stdout.readline())), 60)
    finally:
        server.stdin.close()
        assert server.wait(30) == 0
    await against_client(compression=None)
    await against_client(compression="deflate")
    for how in [
        {"server_no_context_takeover": True},
        {"client_no_context_takeover": True},
        {"client_max_window_bits": 9},
        {"server_max_window_bits": 9},
    ]:
        deflate = ServerPerMessageDeflateFactory(**how)
        await against_client(compression=None, extensions=[deflate])


asyncio.run(main())
