"""The second part of `bailiwick.py`: JSON that the server can hold, and the steps that end a task."""
from client import *  # The printed file leaves out what stands up to here.


def to_json(value):
    """Prints JSON that the server can hold: U+FFFD replaces NUL and half of a surrogate pair. Raises for other values."""
    return json.dumps(_storable(value), ensure_ascii=False, separators=(",", ":"))


def _storable(value):
    if isinstance(value, str):
        return re.sub("[\0\ud800-\udfff]", "\ufffd", value)
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        digits = format(Decimal(repr(value)), "f").strip("-").replace(".", "")
        return value if len(digits) <= NUMBER_DIGITS_MAX else str(value)
    if isinstance(value, int) and abs(value) >= 10**NUMBER_DIGITS_MAX:
        return hex(value) if value.bit_length() > 10_000 else str(value)
    if isinstance(value, dict):
        fields = {}
        for name, field in value.items():
            fields[_free_name(name if isinstance(name, str) else json.dumps(name), fields)] = _storable(field)
        return fields
    return [_storable(one) for one in value] if isinstance(value, (list, tuple)) else value


def _free_name(name, taken):
    """Two names can become equal. The later one gets a longer name, so that no field is lost."""
    free = "\ufffd" + name if name == "__proto__" else _storable(name)
    while free in taken:
        free += "\ufffd"
    return free


def _too_large(text):
    """Returns the reason why the server cannot keep the document, if its size alone decides that."""
    size = len(text.encode())
    return f"The document has {size} bytes, and the limit is {DOCUMENT_BYTES_MAX}." if size > DOCUMENT_BYTES_MAX else None


def _note_of(text, why):
    """Returns what the server keeps in place of a document that it cannot keep."""
    return {"note": f"Only this note was kept. {why}", "bytes": len(text.encode()), "beginning": _cut(text, 2_000)}


def _cut(text, length_max):
    """Cuts a text to at most `length_max` UTF-16 units, never inside a pair of them."""
    return text.encode("utf-16-le", "surrogatepass")[: 2 * length_max].decode("utf-16-le", "ignore")


# The step that ends the work on a task. `instead` returns the step to send after a refusal, if any.
_Outcome = namedtuple("_Outcome", "name operation input instead")


def _completed(task, output, on_error):
    if output is None:
        return _completion(task, "complete", {})
    text = to_json(output)
    large = _too_large(text)
    if large:
        on_error(ValueError(f"The result is not kept. {large}"))
        return _completion(task, "complete-note", {"output": _note_of(text, large)})
    whole = _completion(task, "complete", {"output": output})

    def instead(refusal):
        if refusal.code not in DOCUMENT_UNFIT:
            return whole.instead(refusal)
        return _completion(task, "complete-note", {"output": _note_of(text, refusal.detail)})

    return whole._replace(instead=instead)


def _completion(task, name, fields):
    def instead(refusal):
        return _failed(task, f"The result was refused: {refusal.detail}", False)

    return _Outcome(name, "tasks.complete", {**_id_of(task), **fields}, instead)


def _failed(task, error, is_retryable):
    text = _cut(str(error).strip(), REASON_LENGTH_MAX)
    if isinstance(error, Escalation):
        reason = text or "The handler escalated without a reason."

        def fail_instead(refusal):
            return _failed(task, f"The task could not be escalated: {refusal.detail} {reason}", False)

        return _Outcome("escalate", "tasks.escalate", {**_id_of(task), "reason": reason}, fail_instead)

    if isinstance(error, Question):
        return _block(task, error, text or "The handler raised a question without a text.")

    def instead(refusal):
        if refusal.code not in DOCUMENT_UNFIT:
            return None
        plain = "The handler failed. The server refused the text of the failure."
        return _Outcome("fail-plain", "tasks.fail", {**input, "reason": plain}, lambda _refusal: None)

    reason = text or f"The handler failed without a message: {type(error).__name__}."
    input = {**_id_of(task), "reason": reason, "retryable": is_retryable}
    return _Outcome("fail", "tasks.fail", input, instead)


def _block(task, error, reason):
    def instead(refusal):
        return _failed(task, f"The question was refused: {refusal.detail} {reason}", False)

    input = {**_id_of(task), "reason": reason, **({"options": error.options} if error.options else {})}
    return _Outcome("block", "tasks.block", input, instead)


def _id_of(task):
    return {"id": task["id"], "fence": task["fence"]}
