#!/bin/sh
# Makes certificates for tests in a folder:
#
#     make-certs.sh <folder>
#
# NAME.pem and NAME.key of
#     ca            signs most of the others; other-ca signs nothing but other
#     good          localhost, good.test, 127.0.0.1 and ::1
#     other-host    other.test, 127.0.0.9
#     expired       as good, until yesterday
#     self-signed   as good, by nobody else
#     other         as good, by other-ca
#     middle        another CA, signed by ca; below is signed by it, and chain.pem has both
#     client        of a client
# and good.der, good.key.der, ca.der; secret.key is good.key encrypted with "sesame".

set -eu
cd "$1"
exec 2>openssl.log

key() {
	openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out "$1.key"
}

# authority <name>: a CA that signs itself
authority() {
	key "$1"
	openssl req -new -x509 -key "$1.key" -sha256 -days 3650 -subj "/CN=$1" -out "$1.pem" \
		-addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
}

# sign <name> <by> <extensions> [<option>...]
sign() {
	name=$1
	by=$2
	printf '%b' "$3" >"$name.ext"
	shift 3
	[ -e "$name.key" ] || key "$name"
	openssl req -new -key "$name.key" -subj "/CN=$name" -out "$name.csr"
	openssl x509 -req -in "$name.csr" -CA "$by.pem" -CAkey "$by.key" -CAcreateserial -sha256 \
		-extfile "$name.ext" -out "$name.pem" "$@"
}

authority ca
authority other-ca
here='subjectAltName=DNS:localhost,DNS:good.test,IP:127.0.0.1,IP:::1\nauthorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n'
sign good ca "$here" -days 3650
sign other-host ca 'subjectAltName=DNS:other.test,IP:127.0.0.9\n' -days 3650
sign other other-ca "$here" -days 3650
sign client ca 'extendedKeyUsage=clientAuth\n' -days 3650
sign middle ca 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n' -days 3650
sign below middle "$here" -days 3650
cat below.pem middle.pem >chain.pem
cp below.key chain.key

key expired
openssl req -new -key expired.key -subj /CN=expired -out expired.csr
printf '%b' "$here" >expired.ext
: >index.txt
printf '[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nserial=serial.txt\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n' >ca.cnf
openssl ca -batch -config ca.cnf -in expired.csr -cert ca.pem -keyfile ca.key -out expired.pem -notext \
	-startdate 20200101000000Z -enddate 20200201000000Z -extfile expired.ext -create_serial -rand_serial >/dev/null

key self-signed
openssl req -new -x509 -key self-signed.key -sha256 -days 3650 -subj /CN=self-signed -out self-signed.pem \
	-addext subjectAltName=DNS:localhost,DNS:good.test,IP:127.0.0.1 -addext basicConstraints=CA:FALSE

openssl x509 -in good.pem -outform DER -out good.der
openssl x509 -in ca.pem -outform DER -out ca.der
openssl pkcs8 -in good.key -topk8 -nocrypt -outform DER -out good.key.der
openssl pkcs8 -in good.key -topk8 -passout pass:sesame -out secret.key
