"""What rtpengine answers by HTTP and by WebSocket, whose client is Python's websockets.

    rtpengine.py <certificates>
"""
import asyncio
import re
import socket
import ssl
import sys

import websockets

tls = ssl.create_default_context(cafile=f"{sys.argv[1]}/ca.pem")
ECHOES = 500
SIZES = [1, 125, 126, 1000, 4000, 4096, 5000, 66000]


def http(port, request):
    """The first answer, or what comes until the connection ends."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as s:
        if port == 9902:
            s = tls.wrap_socket(s, server_hostname="localhost")
        s.sendall(request)
        got = b""
        while True:
            more = s.recv(65536)
            if not more:
                return got + b" EOF"
            got += more
            head, end, body = got.partition(b"\r\n\r\n")
            size = re.search(rb"content-length: *(\d+)", head, re.I)
            if end and size and len(body) >= int(size.group(1)):
                return got


def said(answer):
    """Without what depends on the time."""
    return re.sub(rb"\d+\.\d+(?= )|(?<=content-length: )\d{3,}", b"N", answer)


def requests(port):
    for name, request in {
        "ping": b"GET /ping HTTP/1.1\r\nHost: x\r\n\r\n",
        "list": b"GET /cli/list/numsessions HTTP/1.1\r\nHost: x\r\n\r\n",
        "HTTP/1.0": b"GET /ping HTTP/1.0\r\n\r\n",
        "cli": b"POST /cli HTTP/1.1\r\nHost: x\r\nContent-Length: 16\r\n\r\nlist numsessions",
        "ng": b"POST /ng HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-rtpengine-ng\r\n"
        b"Content-Length: 21\r\n\r\nabc d7:command4:pinge",
        "nothing": b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n",
    }.items():
        print(port, name, said(http(port, request)))
    metrics = http(port, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
    head, _, body = metrics.partition(b"\r\n\r\n")
    names = sorted(set(re.findall(rb"^rtpengine_\w+", body, re.M)))
    assert len(names) > 50, metrics
    print(port, "metrics", said(head), len(names))


async def talk(uri, how):
    for protocol, message in {
        "echo.rtpengine.com": "hello",
        "cli.rtpengine.com": "list numsessions",
        "ng.rtpengine.com": "abc d7:command4:pinge",
        "ng-plain.rtpengine.com": "d7:command4:pinge",
        "janus-protocol": '{"janus":"info","transaction":"t1"}',
    }.items():
        async with websockets.connect(uri, subprotocols=[protocol], **how) as ws:
            for _ in range(3):
                await ws.send(message)
                answer = await asyncio.wait_for(ws.recv(), 10)
            if isinstance(answer, str):
                answer = answer.encode()
            print(uri, ws.subprotocol, said(answer)[:60])
    for protocol in [None, "zzz"]:
        try:
            await websockets.connect(uri, subprotocols=protocol and [protocol], **how)
            raise AssertionError("it was let in")
        except (websockets.InvalidHandshake, EOFError, ConnectionError) as e:
            print(uri, protocol, type(e).__name__)

    async def echo(salt):
        async with websockets.connect(uri, subprotocols=["echo.rtpengine.com"], **how) as ws:
            for n in range(ECHOES):
                message = (f"{salt}.{n}." * 14000)[: SIZES[n % len(SIZES)]]
                # some of them in two frames
                await ws.send([message[:100], message[100:]] if n % 3 == 0 else message)
                assert await asyncio.wait_for(ws.recv(), 10) == message.encode(), n

    await asyncio.gather(*[echo(n) for n in range(4)])
    print(uri, "echoes", 4 * ECHOES)


for port in [9901, 9902]:
    requests(port)
asyncio.run(talk("ws://127.0.0.1:9901/ws", {}))
asyncio.run(talk("wss://localhost:9902/ws", {"ssl": tls}))
