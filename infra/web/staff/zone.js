// Times that somebody plans: in the tenant's zone, whatever the device's is.

function parts(date, zone) {
  const format = new Intl.DateTimeFormat("en-CA", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });
  return Object.fromEntries(format.formatToParts(date).map(({ type, value }) => [type, value]));
}

/** What `<input type="datetime-local">` shows for a moment. */
export function toInput(iso, zone) {
  if (!iso) return "";
  const { year, month, day, hour, minute } = parts(new Date(iso), zone);
  return `${year}-${month}-${day}T${hour}:${minute}`;
}

/** The moment that is meant by such a field, as the API takes it. */
export function fromInput(value, zone) {
  if (!value) return null;
  const wanted = Date.parse(`${value}Z`);
  let moment = wanted;
  // The second round is for a zone whose offset changes in between.
  for (let round = 0; round < 2; round += 1) moment = wanted - (Date.parse(`${toInput(new Date(moment).toISOString(), zone)}Z`) - moment);
  return new Date(moment).toISOString();
}
