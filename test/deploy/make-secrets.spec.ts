import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";

const root = new URL("../../", import.meta.url).pathname;
/** `docker secret create NAME -` and `docker secret rm NAME...`, each secret a file. It refuses what the real one does, and the name BROKEN says. */
const docker = `#!/bin/sh
shift
case $1 in
create)
  [ -e "$SECRETS_AT/$2" ] && { echo "secret $2 already exists" >&2; exit 1; }
  [ "$2" = "$BROKEN" ] && { echo "no answer" >&2; exit 1; }
  cat >"$SECRETS_AT/$2" ;;
rm) shift; for name; do rm "$SECRETS_AT/$name"; done ;;
esac
`;

/** A swarm with these secrets. */
function swarm(context: TestContext, ...there: readonly string[]) {
  const work = mkdtempSync(join(tmpdir(), "sixfold-swarm-"));
  context.after(() => rmSync(work, { recursive: true }));
  const [bin, secrets] = [join(work, "bin"), join(work, "secrets")];
  mkdirSync(bin);
  mkdirSync(secrets);
  writeFileSync(join(bin, "docker"), docker, { mode: 0o755 });
  for (const name of there) writeFileSync(join(secrets, name), "as it was");
  const make = (more: NodeJS.ProcessEnv = {}) => {
    const env = { PATH: `${bin}:${process.env.PATH}`, SECRETS_AT: secrets, ...more };
    return spawnSync("sh", ["deploy/make-secrets.sh"], { cwd: root, env, encoding: "utf8" });
  };
  return {
    make,
    names: () => readdirSync(secrets).sort(),
    value: (name: string) => readFileSync(join(secrets, name), "utf8"),
  };
}

test("when another set's number has this one's in it, then this one is made beside it", (context) => {
  const { make, names, value } = swarm(context, "sixfold_session_key_11", "other_sixfold_session_key_1");
  assert.equal(make().status, 0);
  assert.equal(names().filter((name) => /^sixfold_\w+_1$/.test(name)).length, 8);
  assert.ok(value("sixfold_dsn_1").includes(`password=${value("sixfold_postgres_password_1")} `));
});

test("when the set is there, then it stays as it is, and the way to the next is told", (context) => {
  const { make, names, value } = swarm(context);
  assert.equal(make().status, 0);
  const [before, password] = [names(), value("sixfold_mongo_password_1")];
  const { status, stderr } = make();
  assert.equal(status, 1);
  assert.match(stderr, /already exists\nSet 1 is not made.*SECRETS names another/);
  assert.deepEqual(names(), before);
  assert.equal(value("sixfold_mongo_password_1"), password);
});

test("when it fails half-way, then nothing of it is left, and the next try makes the whole set", (context) => {
  const { make, names } = swarm(context);
  assert.equal(make({ BROKEN: "sixfold_session_key_1" }).status, 1);
  assert.deepEqual(names(), []);
  assert.equal(make().status, 0);
  assert.equal(names().length, 8);
});

test("when one of the set was there before, then it is not taken for this call's own", (context) => {
  const { make, names } = swarm(context, "sixfold_mail_password_1");
  assert.equal(make().status, 1);
  assert.deepEqual(names(), ["sixfold_mail_password_1"]);
});
