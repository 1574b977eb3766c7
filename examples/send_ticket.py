"""Sends a ticket to Signalbox with boto3, and reads what was decided.

TICKETS_QUEUE_URL=… TICKETS_TABLE=… python examples/send_ticket.py TICKET-2 "Where is my refund?" "I sent the lamp back."
"""

import json
import os
import sys
import time
import uuid
from datetime import datetime, timezone

import boto3

ticket_id, subject, body = sys.argv[1:4]

event = {
    "specversion": "1.0",
    # Sent again under the same id, an event changes nothing: keep it until the queue has taken it.
    "id": str(uuid.uuid4()),
    "source": "my-support-tool",
    "type": "ticket.created.v1",
    "subject": ticket_id,
    "time": datetime.now(timezone.utc).isoformat(),
    "data": {"version": 1, "subject": subject, "body": body, "channel": "email"},
}
boto3.client("sqs").send_message(QueueUrl=os.environ["TICKETS_QUEUE_URL"], MessageBody=json.dumps(event))

table = boto3.resource("dynamodb").Table(os.environ["TICKETS_TABLE"])
for _ in range(40):
    item = table.get_item(Key={"pk": f"ticket#{ticket_id}", "sk": "state"}, ConsistentRead=True).get("Item")
    if item:
        print(json.loads(item["decision"])["because"])
        break
    time.sleep(0.5)
else:
    sys.exit(f"no decision about {ticket_id} within 20 s; look at the quarantine")
