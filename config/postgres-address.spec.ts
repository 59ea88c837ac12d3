import assert from "node:assert/strict";
import { test } from "node:test";
import { postgresAddress } from "./postgres-address.ts";
import { Expected } from "./types.ts";

test("when the original's words are given, then they are understood, its time zone ignored", () => {
  const words =
    "host=postgres port=5432 user=postgres password=password dbname=users sslmode=disable timezone=UTC connect_timeout=5";
  assert.deepEqual(postgresAddress(words), {
    host: "postgres",
    port: 5432,
    user: "postgres",
    password: "password",
    database: "users",
    ssl: false,
    connectTimeout: 5_000,
  });
});

test("when a password has special characters, then quotes or percent signs carry it", () => {
  assert.equal(postgresAddress("host=db password='a b=\\'c\\\\'").password, "a b='c\\");
  assert.equal(postgresAddress("postgres://me:a%20b%2F%40@db/users").password, "a b/@");
});

test("when sslmode=require, then it is encrypted whatever the certificate; verify-full checks it", () => {
  assert.deepEqual(postgresAddress("host=db sslmode=require").ssl, { rejectUnauthorized: false });
  assert.deepEqual(postgresAddress("postgres://db/users?sslmode=verify-full").ssl, { rejectUnauthorized: true });
  const { ssl } = postgresAddress("host=db sslmode=verify-ca");
  assert.ok(ssl !== false && ssl.rejectUnauthorized && ssl.checkServerIdentity !== undefined);
});

test("when nothing is said of TLS, then there is none", () => {
  assert.equal(postgresAddress("host=db").ssl, false);
  assert.equal(postgresAddress("postgres://db/users?sslmode=prefer").ssl, false);
});

test("when the host is a socket's directory, then both forms name it", () => {
  assert.equal(postgresAddress("host=/run/postgresql dbname=users").host, "/run/postgresql");
  assert.equal(postgresAddress("postgres:///users?host=/run/postgresql").host, "/run/postgresql");
});

for (const wrong of [
  "",
  "users",
  "host=db port=x",
  "host=db port=70000",
  "host=db sslmode=maybe",
  "host=db connect_timeout=soon",
  "host=db sslmode=verify-ca sslrootcert=/nowhere",
  "host=db password='open",
  "postgres://me:%zz@db/users",
  "postgres://",
]) {
  test(`when the address is ${JSON.stringify(wrong)}, then it says what is expected`, () => {
    assert.throws(() => postgresAddress(wrong), Expected);
  });
}
