"""MQTT over WebSocket by paho, a client of its own, and the bytes of mosquitto's answers.

    mosquitto.py <certificates>
"""
import hashlib
import os
import socket
import ssl
import sys
import threading

import paho.mqtt.client as mqtt

certs = sys.argv[1]
MESSAGES = int(os.environ.get("MESSAGES", 400))
SIZES = [1, 2, 125, 126, 127, 1000, 4095, 4096, 4097, 9000, 65535, 65536, 70000, 200000]


def payload(n):
    name = f"{n}:".encode()
    size = SIZES[n % len(SIZES)]
    return (name + hashlib.sha256(name).digest() * (size // 32 + 1))[: max(size, len(name))]


class Client:
    """One that subscribes to a topic and holds each message against the one that is next."""

    def __init__(self, topic, port, **how):
        self.topic, self.next, self.wrong = topic, 0, None
        self.ready, self.done = threading.Event(), threading.Event()
        self.mqtt = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, **how)
        # no waiting for acknowledgements, which mosquitto answers every 100 ms
        self.mqtt.max_queued_messages_set(0)
        self.mqtt.max_inflight_messages_set(MESSAGES)
        self.mqtt.on_connect = lambda *_: self.mqtt.subscribe(topic, 1)
        self.mqtt.on_subscribe = lambda *_: self.ready.set()
        self.mqtt.on_message = self.message
        self.port = port

    def start(self):
        self.mqtt.connect("127.0.0.1", self.port)
        self.mqtt.loop_start()
        assert self.ready.wait(10), self.topic
        return self

    def message(self, _client, _user, message):
        if message.payload != payload(self.next) and self.wrong is None:
            self.wrong = self.next
        self.next += 1
        if self.next == MESSAGES:
            self.done.set()

    def end(self):
        assert self.done.wait(40), (self.topic, self.next)
        assert self.wrong is None, (self.topic, self.wrong)
        self.mqtt.disconnect()
        self.mqtt.loop_stop()
        print(f"{self.topic}: {self.next} messages, in order")


def start(name, port, tls=False):
    ws = Client("to/" + name, port, transport="websockets")
    if tls:
        ws.mqtt.tls_set(f"{certs}/ca.pem", f"{certs}/client.pem", f"{certs}/client.key")
    return Client("from/" + name, 1883).start(), ws.start()


def answer(request, enough=lambda got: False):
    with socket.create_connection(("127.0.0.1", 9001), timeout=10) as s:
        s.sendall(request)
        got = b""
        try:
            while not enough(got):
                more = s.recv(65536)
                if not more:
                    return got + b" EOF"
                got += more
        except ConnectionResetError:
            got += b" RST"
        return got


def upgrade(protocol, then=b"", enough=lambda got: b"\r\n\r\n" in got):
    head = (
        b"GET /mqtt HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\nSec-WebSocket-Version: 13\r\n"
    )
    if protocol:
        head += b"Sec-WebSocket-Protocol: " + protocol + b"\r\n"
    return answer(head + b"\r\n" + then, enough)


def frame(payload, opcode=2, fin=0x80):
    return bytes([fin | opcode, 0x80 | len(payload), 0, 0, 0, 0]) + payload


def certificate(name):
    """What TLS says to a client that shows this certificate, or none."""
    tls = ssl.create_default_context(cafile=f"{certs}/ca.pem")
    if name:
        tls.load_cert_chain(f"{certs}/{name}.pem", f"{certs}/{name}.key")
    with socket.create_connection(("127.0.0.1", 9002), timeout=10) as s:
        try:
            with tls.wrap_socket(s, server_hostname="localhost") as t:
                t.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                return repr(t.recv(100))
        except ssl.SSLError as e:
            return e.reason


for protocol in [b"mqtt", b"mqttv3.1", b"", b"zzz", b"zzz, mqtt", b"mqttv3.1,mqtt"]:
    print(protocol, upgrade(protocol))
print("GET", answer(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"))
# CONNECT; a PINGREQ that is cut in two frames; then a close as well
packets = frame(bytes.fromhex("100d00044d5154540402000a000161")) + frame(b"\xc0", 2, 0) + frame(b"\x00", 0)
print("packets", upgrade(b"mqtt", packets, lambda got: got.endswith(b"\xd0\x00")))
print("close", upgrade(b"mqtt", packets + frame(b"\x03\xe8", 8), lambda got: False))
print("ping", upgrade(b"mqtt", frame(b"hello", 9), lambda got: got.endswith(b"hello")))
for name in [None, "self-signed", "other"]:
    print("certificate", name, certificate(name))
pairs = [start("ws", 9001), start("wss", 9002, tls=True)]
for n in range(MESSAGES):
    for tcp, ws in pairs:
        ws.mqtt.publish(tcp.topic, payload(n), 1)
        tcp.mqtt.publish(ws.topic, payload(n), 1)
for pair in pairs:
    for client in pair:
        client.end()
