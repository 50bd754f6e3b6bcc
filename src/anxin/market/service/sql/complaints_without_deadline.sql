-- Open complaints that nobody will be reminded of.
SELECT count(*) AS looked_at,
       count(*) FILTER (WHERE due.id IS NULL) AS wrong,
       min(complaint.id::text) FILTER (WHERE due.id IS NULL) AS example
  FROM service_complaint AS complaint
  LEFT JOIN infra_deadline AS due ON due.kind = 'service.complaint_answer' AND due.subject = complaint.id
 WHERE complaint.state IN ('filed', 'acknowledged');
