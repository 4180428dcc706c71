// All that a page needs: the library, and a token. Your own page gets the token
// from its own server; this one signs in for itself.
import { connect } from "./campanile.js";
import { Auth } from "./app/auth.js";

const config = await (await fetch("/config.json")).json();
const auth = new Auth(config, location.href.split(/[?#]/)[0]);
await auth.finish();
if (auth.signedIn) await connect({ token: () => auth.token() }).start();
else await auth.begin();
