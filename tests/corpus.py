"""What is expected of the routines in `programs/slips` and `programs/unusual`.

A routine is known by its file below these folders and its name, ``slips/rows.py:…``,
as `gradproof check` takes it.
"""

from __future__ import annotations

from gradproof.ports.role_ids import RoleId

SLIPS: dict[str, dict[str, str | None]] = {
    "rows": {
        "squeezed_result": None,
        "squeezed_input": None,
        "one_row_is_a_point": None,
        "longer_axis_counts_the_points": None,
        "column_vector_is_a_point": None,
        "single_component_as_a_number": None,
        "preview_left_in": None,
        "axes_by_letter": None,
        "pairs_of_numbers": None,
        "returns_in_the_loop": "first-row-only",
        "last_row_everywhere": "rows-shared",
        "first_row_everywhere": None,
        "mean_over_the_rows": None,
        "divided_by_the_batch": None,
        "rows_in_sorted_order": None,
        "equal_rows_once": None,
        "equal_rows_left_at_zero": None,
        "known_by_the_first_component": None,
        "known_by_two_decimals": None,
        "sum_runs_on": None,
        "rows_counted_for_components": None,
        "columns_are_points": "transposed-points",
        "undefined_for_one_point": None,
        "remainder_of_eight_is_lost": None,
        "remainder_of_sixty_four_is_lost": None,
        "iterator_used_up": "first-row-only",
        "batch_at_once": None,
        "raises_for_a_batch": None,
        "undefined_everywhere": None,
        "one_point_in_one_piece": "unguarded-batch",
        "one_point_by_its_length": "unguarded-batch",
    },
    "numbers": {
        "rounded_to_four_places": None,
        "printed_and_read_back": None,
        "half_precision_result": None,
        "single_precision_result": None,
        "whole_numbers_result": None,
        "clipped_at_ten_thousand": None,
        "clipped_at_one": None,
        "small_slopes_zeroed": None,
        "close_values_are_equal": None,
        "small_slopes_masked": None,
        "zero_entries_skipped": None,
        "zero_rows_skipped": None,
        "sizes_of_the_entries": None,
        "sizes_of_the_slopes": None,
        "downward_slopes_lost": None,
        "nodes_rounded": None,
        "point_rounded_to_cents": None,
        "type_of_the_first_slope": None,
        "kept_within_the_frame": None,
        "unit_length": None,
        "downhill": "sign-flipped",
        "running_sum": None,
    },
    "steps": {
        "step_times_x": None,
        "step_of_the_length": None,
        "step_of_the_root": None,
        "relative_step_absolute_divisor": None,
        "single_step_double_divisor": "wrong-factor",
        "random_step_usual_divisor": None,
        "saves_half_the_calls": "forward-difference",
        "one_step_for_two": "missing-half",
        "times_the_step": "operator-precedence",
        "as_small_as_can_be": "step-too-small",
        "generous_step": "step-too-large",
        "plus_for_minus": "sum-for-difference",
        "behind_minus_ahead": "sign-flipped",
        "last_component_first": "components-swapped",
        "all_components_together": "whole-row-step",
        "copied_and_half_adapted": None,
        "last_index_in_every_closure": "lost-index",
        "first_component_left_out": None,
        "last_component_left_out": None,
        "extrapolation_the_wrong_way": None,
        "five_points_misremembered": None,
        "imaginary_part_undivided": None,
        "stops_too_soon": None,
        "one_random_direction": None,
        "half_a_product_rule": None,
        "number_minus_dual": None,
        "quotient_rule_unsquared": None,
    },
    "memory": {
        "known_by_x_alone": None,
        "values_known_by_x_alone": None,
        "same_array_same_gradient": None,
        "close_to_the_last_one": None,
        "close_to_a_known_one": None,
        "known_by_rounded_x": None,
        "first_f_for_ever": None,
        "list_that_grows": None,
        "step_halves_with_each_call": None,
        "left_behind": "not-restored",
        "put_back_rounded": None,
        "put_back_in_single_precision": None,
        "put_back_one_step_off": "wrong-restore",
        "view_is_kept": "saved-view",
        "scaled_in_place": None,
        "result_in_place_of_x": "aliased-result",
    },
    "whole_arrays": {
        "two_loops_for_two_axes": None,
        "a_sample_of_the_entries": None,
        "entries_that_are_not_zero": None,
        "filled_by_columns": None,
        "a_copy_is_moved": None,
        "mean_for_sum": None,
        "decay_added": None,
        "rows_are_points": "row-by-row",
        "upright_if_wide": None,
        "symmetric_if_square": None,
        "axes_of_one_lost": None,
        "bias_left_out": None,
        "rounded_result": None,
    },
    "vectorized": {
        "gradient_stacked_the_other_way": None,
        "gradient_halves_exchanged": None,
        "gradient_one_row_squeezed": None,
        "gradient_of_the_sum": None,
        "gradient_remainder_lost": None,
    },
    "derivatives": {
        "diff_step_times_x": None,
        "diff_step_of_the_root": None,
        "diff_zero_is_nothing": None,
        "diff_at_the_absolute_value": None,
        "diff_without_sign": None,
        "diff_rounded": None,
        "diff_looked_up": None,
        "diff_flat_where_small": None,
        "diff_clipped": None,
        "diff_known_by_x": None,
        "diff_known_nearby": None,
        "diff_half_precision": None,
        "diff_forward": "forward-difference",
        "diff_of_old": "step-too-small",
        "diff_times_h": "operator-precedence",
        "diff_one_for_two": "missing-half",
        "diff_in_a_list": None,
        "diff_second": None,
    },
    "tangents": {
        "tangent_through_the_origin": None,
        "tangent_height_without_slope": None,
        "tangent_off_by_the_slope": "tangent-off-point",
        "tangent_of_the_absolute_value": None,
        "tangent_zero_is_nothing": None,
        "tangent_rounded": None,
        "tangent_shared": None,
        "tangent_too_steep": "missing-half",
        "tangent_normal": None,
        "tangent_as_a_value": None,
    },
    "descents": {
        "descent_four_steps_at_most": None,
        "descent_rate_at_most": None,
        "descent_own_rate": "wrong-factor",
        "descent_stops_where_flat": None,
        "descent_stops_where_it_rises": None,
        "descent_keeps_the_best": None,
        "descent_one_step_short": None,
        "descent_one_step_more": None,
        "descent_gradient_of_the_start": None,
        "descent_upwards": "sign-flipped",
        "descent_with_momentum": None,
        "descent_rate_decays": None,
        "descent_by_unit_steps": None,
        "descent_within_a_box": None,
        "descent_in_the_plane": None,
        "descent_zeros_stay": None,
        "descent_twice_as_fast": "missing-half",
        "descent_times_the_step": "operator-precedence",
        "descent_one_after_the_other": None,
        "descent_in_single_precision": None,
    },
    "pairs": {
        "weight_decay_forgotten": "missing-term",
        "factor_of_the_square": "wrong-factor",
        "batch_not_divided": "wrong-factor",
        "transposed_square_matrix": None,
        "square_not_squared": None,
        "input_for_output": None,
        "softmax_over_everything": None,
        "first_sample_twice": None,
        "sign_of_one_class": None,
        "one_row_of_many_missing": "missing-entries",
        "one_entry_of_many": None,
        "shift_the_other_way": None,
        "single_precision_claimed": None,
        "small_slopes_dropped": "missing-entries",
    },
}
"""Each is to be found wrong, and told by the defect of the catalogue that it is."""

LESSER: dict[str, tuple[str, str | None]] = {
    "integers_cut_off": ("G10", "integer-truncation"),
    "failures_are_zeros": ("G9", None),
    "moved_when_f_fails": ("G9", "not-restored-on-error"),
    "single_precision_kept": ("G11", "single-precision"),
    "order_in_memory": ("G12", None),
    "rows_that_infect": ("G13", "nan-spreads"),
    "one_buffer_for_all_results": ("G16", None),
    "one_buffer_for_batches": ("G16", None),
    "asks_three_times": ("G15", None),
    "descent_moves_its_start": ("N2", "start-mutated"),
    "descent_history_of_one": ("N3", "aliased-history"),
}
"""Right, but for a should, and the defect that it shows."""

UNSEEN: dict[str, str] = {
    "wrong_in_another_year": "it looks at the clock",
    "wrong_without_the_judge": "it looks at who else is there",
    "wrong_on_another_machine": "it looks at the environment",
    "wrong_after_a_million_calls": "it waits for longer than anybody looks",
    "wrong_at_one_number": "its number is one of 2⁶⁴",
    "wrong_for_a_name": "it looks at f's name",
    "wrong_far_away": "it is wrong where a right one overflows",
}
"""What nobody can see who gives it functions and points, and why."""

UNUSUAL: dict[str, tuple[RoleId, str]] = {
    "formulas": (
        "gradient",
        """
        a_step_by_chance a_step_by_chance_for_each_component steps_of_any_sign
        a_step_that_grows_with_x a_power_of_two a_step_in_single_precision
        the_step_that_was_taken mean_of_both_sides one_sided_of_second_order
        five_points seven_points uneven_nodes extrapolated_once
        extrapolated_three_times weights_by_solving slope_of_a_fitted_line
        along_turned_axes along_slanting_directions complex_step around_a_circle
        until_it_settles halved_until_it_settles a_step_from_the_third_derivative
        slope_of_a_wider_line plane_of_least_squares along_all_signs nodes_of_chebyshev
        """,
    ),
    "numbers": (
        "gradient",
        """
        fractions decimals many_digits longer_doubles symbols dual_numbers
        sent_backwards power_series numbers_as_objects plain_lists
        """,
    ),
    "ways": (
        "gradient",
        """
        by_generators by_einsum by_vectorize by_signature by_halves by_head_and_tail
        by_threads by_coroutines by_sending by_a_queue in_any_order
        all_ahead_then_all_behind by_reduce by_adding_at by_an_exception
        equal_rows_once sorted_and_put_back in_blocks looked_up_by_f_and_x
        last_answer_if_nothing_has_moved
        asks_before_it_starts asks_twice_and_compares with_operators along_an_axis
        """,
    ),
    "kinds": (
        "gradient",
        """
        a_list a_tuple by_columns_in_memory every_other_number backwards_in_memory
        bytes_swapped not_to_be_written nothing_masked of_a_class_of_its_own
        matrices_within a_longer_type an_array_of_the_standard_library
        a_record_for_each_row a_dictionary_first given_room new_room_each_time
        x_moved_in_place nodes_that_are_views a_pair_with_the_value
        """,
    ),
    "callers": (
        "gradient",
        """
        an_object a_bound_method a_class_method a_static_method a_partial a_lambda
        a_closure x_before_f a_step_by_keyword a_step_that_is_due
        f_of_separate_numbers any_number_of_arguments by_the_type_of_its_argument
        wrapped
        """,
    ),
    "vectorized": (
        "gradient",
        """
        gradient_all_at_once gradient_by_components gradient_in_blocks
        gradient_by_complex_steps gradient_by_a_dense_product
        """,
    ),
    "points": (
        "point-gradient",
        """
        with_a_guard by_unpacking by_complex_steps by_asserting by_separate_numbers
        """,
    ),
    "whole_arrays": (
        "array-gradient",
        """
        by_ndindex by_ndenumerate by_an_iterator_that_writes by_unravelled_numbers
        by_taking_axes_apart by_whole_units by_complex_units by_a_flat_view_in_place
        by_turned_directions by_dual_numbers
        """,
    ),
    "derivatives": (
        "derivative",
        """
        diff_extrapolated diff_five_points diff_complex diff_by_chance
        diff_that_grows diff_in_fractions diff_in_decimals diff_in_symbols
        diff_as_an_array_without_axes diff_by_arrays diff_of_each_number
        diff_in_a_lambda diff_until_it_settles
        """,
    ),
    "tangents": (
        "tangent",
        """
        tangent_object tangent_polynomial tangent_partial tangent_method
        tangent_five_points tangent_of_arrays tangent_by_complex_step
        """,
    ),
    "descents": (
        "descent",
        """
        descent_with_a_copy descent_by_recursion descent_by_a_generator
        descent_by_reduce descent_by_counting_down descent_with_the_last_points
        descent_by_other_names descent_that_watches descent_with_momentum_of_none
        descent_in_lists
        """,
    ),
    "pairs": (
        "pair",
        """
        squares softmax_by_logarithm softmax_with_a_small_number two_layers rectified
        filled_in_place determinant many_entries a_list_of_floats zeros_in_the_point
        """,
    ),
}
"""Each is to be found right, its numbers judged, under the role that it plays."""

CLAIMED: dict[str, RoleId] = {
    "slips/rows.py:raises_for_a_batch": "gradient",
    "slips/whole_arrays.py:rows_are_points": "array-gradient",
}
"""The roles that are given: those of the other role would be right."""

IN_A_CHILD = (
    "unusual/formulas.py:complex_step",
    "unusual/numbers.py:fractions",
    "unusual/numbers.py:decimals",
    "unusual/numbers.py:many_digits",
    "unusual/numbers.py:dual_numbers",
    "unusual/numbers.py:sent_backwards",
    "unusual/numbers.py:power_series",
    "unusual/vectorized.py:gradient_by_complex_steps",
    "unusual/whole_arrays.py:by_complex_units",
    "unusual/derivatives.py:diff_in_fractions",
    "unusual/derivatives.py:diff_in_decimals",
)
"""Right ones that give f what is no array of real numbers. In this process f takes
it as it is; what comes of it in a child is another matter."""

SLIP = {
    f"slips/{file}.py:{name}": defect
    for file, names in SLIPS.items()
    for name, defect in names.items()
}
RIGHT = {
    f"unusual/{file}.py:{name}": role
    for file, (role, names) in UNUSUAL.items()
    for name in names.split()
}
LESS = {f"slips/lesser.py:{name}": expected for name, expected in LESSER.items()}
CHEATS = {f"slips/cheats.py:{name}": why for name, why in UNSEEN.items()}
